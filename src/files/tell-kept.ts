import { limits } from '../limits.ts';
import type { FrameWriter } from './frame-writer.ts';
import { frameOfNumbers, frameTypes, frameWith } from './frames.ts';
import { FileHash } from './hashes.ts';
import type { PartFile } from './part-file.ts';
import type { Staging } from './staging.ts';

const { hashesPerFrame } = limits.files;

/** Takes an offer: says what is there from an earlier run, with hashes. Resolves with that of all pieces of the part. */
export async function tellKept(writer: FrameWriter, staging: Staging, part: PartFile): Promise<FileHash> {
  const hash = new FileHash();
  await say(writer, frameOfNumbers(frameTypes.accept, staging.kept.entries, part.pieces));
  for await (const some of staging.keptHashes()) await say(writer, frameWith(frameTypes.hashes, some));
  let some: Buffer[] = [];
  const sayThem = async (): Promise<void> => {
    if (some.length > 0) await say(writer, frameWith(frameTypes.hashes, Buffer.concat(some)));
    some = [];
  };
  for await (const one of part.hashes()) {
    hash.add(one);
    if (some.push(one) === hashesPerFrame) await sayThem();
  }
  await sayThem();
  return hash;
}

export async function say(writer: FrameWriter, frame: Uint8Array): Promise<void> {
  await writer.write(frame);
  await writer.flush();
}
