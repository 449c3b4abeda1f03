import type { FrameReader } from './frame-reader.ts';
import { FileHash } from './hashes.ts';
import { noHash } from './journal.ts';
import { type PiecesOptions, piecesOf } from './pieces.ts';
import { hashesOf } from './send-file.ts';
import type { SourceEntry } from './source.ts';

export interface CompareOptions extends Pick<PiecesOptions, 'memory' | 'over'> {
  readonly reader: FrameReader;
  /** How many entries the receiver has: their hashes are what it says next. */
  readonly count: number;
  /** So many bytes of a file were read, or an entry was. */
  readonly looked: (bytes: number) => Promise<void>;
  /** This one is the same. */
  readonly same: (entry: SourceEntry) => void;
}

/**
 * Whether the entries that the receiver has are those of the source, which is read for it. All hashes are read, also behind
 * one that differs.
 */
export async function compareKept(entries: AsyncIterator<SourceEntry>, options: CompareOptions): Promise<boolean> {
  let isSame = true;
  for await (const theirs of hashesOf(options.reader, options.count)) {
    if (!isSame) continue;
    const { value: entry, done } = await entries.next();
    isSame = !done && Buffer.compare(await hashOf(entry, options), theirs) === 0;
    if (isSame) options.same(entry);
  }
  return isSame;
}

async function hashOf(entry: SourceEntry, { memory, over, looked }: CompareOptions): Promise<Uint8Array> {
  if (entry.kind === 'folder') {
    await looked(0);
    return noHash;
  }
  const file = await entry.open();
  try {
    const whole = new FileHash();
    for await (const { piece, hash } of piecesOf(file, { entry, memory, over })) {
      whole.add(hash);
      await looked(piece.byteLength);
    }
    return whole.end();
  } finally {
    await file.close();
  }
}
