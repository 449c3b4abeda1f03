import { limits } from '../limits.ts';
import { entryFrame } from './entry.ts';
import type { FrameReader } from './frame-reader.ts';
import type { FrameWriter } from './frame-writer.ts';
import { frameTypes, frameWith, pieceHead, refuse } from './frames.ts';
import { FileHash, hashOfPiece } from './hashes.ts';
import { hashBytes } from './offer.ts';
import { type PiecesOptions, piecesOf } from './pieces.ts';
import type { EntryReader } from './source.ts';

const { pieceBytes } = limits.files;

export interface SendFileOptions extends PiecesOptions {
  readonly reader: FrameReader;
  readonly writer: FrameWriter;
  /** Pieces that the receiver has: their hashes are what it says next. */
  readonly pieces: number;
  /** One of these was looked at. */
  readonly looked: () => Promise<void>;
  /** All of these were: so many bytes need not be sent. */
  readonly kept: (bytes: number) => void;
  readonly sent: (bytes: number) => void;
}

/** Sends a file, or what the receiver does not have of it. Resolves with its hash. */
export async function sendFile(options: SendFileOptions): Promise<Buffer> {
  const file = await options.entry.open();
  try {
    return await sendPieces(file, options);
  } finally {
    await file.close();
  }
}

async function sendPieces(file: EntryReader, options: SendFileOptions): Promise<Buffer> {
  const { entry, writer, kept, sent } = options;
  const hash = new FileHash();
  const same = await compare(file, hash, options);
  kept(same * pieceBytes);
  await writer.write(entryFrame(entry, same));
  for await (const { piece, hash: hashed } of piecesOf(file, options, same)) {
    hash.add(hashed);
    await writer.write(pieceHead(hashed, piece.byteLength));
    await writer.write(piece);
    sent(piece.byteLength);
  }
  const whole = hash.end();
  await writer.write(frameWith(frameTypes.fileEnd, whole));
  return whole;
}

/** How many of the pieces that the receiver has are those of the file, from the first one on. */
async function compare(file: EntryReader, hash: FileHash, options: SendFileOptions): Promise<number> {
  const { memory, pieces, looked } = options;
  const [memoryOfOne] = memory;
  let same = 0;
  let differs = false;
  for await (const theirs of hashesOf(options.reader, pieces)) {
    if (differs) continue;
    const bytes = await file.read(memoryOfOne, same * pieceBytes);
    const ours = hashOfPiece(memoryOfOne.subarray(0, bytes));
    differs = bytes < pieceBytes || !ours.equals(theirs);
    if (differs) continue;
    hash.add(ours);
    same += 1;
    await looked();
  }
  return same;
}

/** So many hashes of the receiver's. */
export async function* hashesOf(reader: FrameReader, count: number): AsyncGenerator<Uint8Array> {
  for (let left = count; left > 0; ) {
    const head = await reader.next();
    if (head?.type !== frameTypes.hashes || head.length % hashBytes !== 0 || head.length > left * hashBytes)
      throw refuse('did not say what it has');
    const hashes = await reader.body(head.length);
    for (let at = 0; at < head.length; at += hashBytes) yield hashes.subarray(at, at + hashBytes);
    left -= head.length / hashBytes;
  }
}
