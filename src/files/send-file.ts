import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import { entryFrame } from './entry.ts';
import type { FrameReader } from './frame-reader.ts';
import type { FrameWriter } from './frame-writer.ts';
import { frameTypes, frameWith, pieceHead, refuse } from './frames.ts';
import { FileHash, hashOfPiece } from './hashes.ts';
import { shownName } from './names.ts';
import { hashBytes } from './offer.ts';
import type { EntryReader, SourceEntry } from './source.ts';

const { pieceBytes } = limits.files;

/** Memory for two pieces: one is read while the other is written. */
export type TwoPieces = readonly [Uint8Array, Uint8Array];

export const twoPieces = (): TwoPieces => [Buffer.allocUnsafeSlow(pieceBytes), Buffer.allocUnsafeSlow(pieceBytes)];

export interface SendFileOptions {
  readonly entry: SourceEntry;
  readonly reader: FrameReader;
  readonly writer: FrameWriter;
  readonly memory: TwoPieces;
  /** Pieces that the receiver has: their hashes are what it says next. */
  readonly pieces: number;
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
  const { entry, writer, memory, pieces, kept, sent } = options;
  const hash = new FileHash();
  const same = pieces > 0 ? await compare(file, hash, options) : 0;
  let position = same * pieceBytes;
  kept(position);
  await writer.write(entryFrame(entry, same));
  let [now, next] = memory;
  let reading: Promise<number> | undefined = file.read(now, position);
  while (reading !== undefined) {
    const bytes: number = await reading;
    if (bytes === 0) break;
    position += bytes;
    if (entry.kind === 'file' && position > entry.size) throw changed(entry);
    const piece = now.subarray(0, bytes);
    const hashed = hashOfPiece(piece);
    hash.add(hashed);
    reading = bytes === pieceBytes ? file.read(next, position) : undefined;
    reading?.catch(() => undefined);
    await writer.write(pieceHead(hashed, bytes));
    await writer.write(piece);
    sent(bytes);
    [now, next] = [next, now];
  }
  if (entry.kind === 'file' && position !== entry.size) throw changed(entry);
  await file.check();
  const whole = hash.end();
  await writer.write(frameWith(frameTypes.fileEnd, whole));
  return whole;
}

const changed = ({ path }: SourceEntry): LanpeerError =>
  new LanpeerError('ERR_FILE_CHANGED', `${shownName(path)} changed while it was sent: send it again.`);

/** How many of the pieces that the receiver has are those of the file, from the first one on. */
async function compare(file: EntryReader, hash: FileHash, options: SendFileOptions): Promise<number> {
  const { memory, pieces } = options;
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
  }
  return same;
}

/** So many hashes of the receiver's. */
export async function* hashesOf(reader: FrameReader, count: number): AsyncGenerator<Uint8Array> {
  for (let left = count; left > 0; ) {
    const head = await reader.next();
    if (head?.type !== frameTypes.hashes || head.length % hashBytes !== 0 || head.length > left * hashBytes)
      throw refuse('did not say which pieces it has');
    const hashes = await reader.body(head.length);
    for (let at = 0; at < head.length; at += hashBytes) yield hashes.subarray(at, at + hashBytes);
    left -= head.length / hashBytes;
  }
}
