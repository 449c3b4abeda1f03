import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import { unlessAborted } from '../util/abort.ts';
import { hashOfPiece } from './hashes.ts';
import { shownName } from './names.ts';
import type { EntryReader, SourceEntry } from './source.ts';

const { pieceBytes } = limits.files;

/** Memory for two pieces: one is read while the other is used. */
export type TwoPieces = readonly [Uint8Array, Uint8Array];

export const twoPieces = (): TwoPieces => [Buffer.allocUnsafeSlow(pieceBytes), Buffer.allocUnsafeSlow(pieceBytes)];

export interface PiecesOptions {
  readonly entry: SourceEntry;
  readonly memory: TwoPieces;
  /** Nobody wants them any more: a read that waits is given up. */
  readonly over: AbortSignal;
}

/**
 * The pieces of a file from one on, with their hashes; each is there until the next one is asked for. Rejects with
 * `ERR_FILE_CHANGED` where the file has not the size that was offered, or another time at its end, and with the reason of the
 * signal.
 */
export async function* piecesOf(
  file: EntryReader,
  { entry, memory, over }: PiecesOptions,
  from = 0,
): AsyncGenerator<{ readonly piece: Uint8Array; readonly hash: Buffer }> {
  let position = from * pieceBytes;
  let [now, next] = memory;
  for (let reading = file.read(now, position); ; ) {
    const bytes = await unlessAborted(reading, over);
    position += bytes;
    if (entry.kind === 'file' && position > entry.size) throw changed(entry);
    const isLast = bytes < pieceBytes;
    if (!isLast) {
      reading = file.read(next, position);
      // It is waited for later, or not at all.
      reading.catch(() => undefined);
    }
    const piece = now.subarray(0, bytes);
    if (bytes > 0) yield { piece, hash: hashOfPiece(piece) };
    if (isLast) break;
    [now, next] = [next, now];
  }
  if (entry.kind === 'file' && position !== entry.size) throw changed(entry);
  await file.check();
}

const changed = ({ path }: SourceEntry): LanpeerError =>
  new LanpeerError('ERR_FILE_CHANGED', `${shownName(path)} changed while it was sent: send it again.`);
