import { hashBytes } from './offer.ts';

/** An entry that a receiver has: of a folder the size is 0, and the hash is of zeros. */
export interface KeptEntry {
  readonly isFolder: boolean;
  readonly size: number;
  readonly hash: Uint8Array;
}

/** What stands for the hash of a folder. */
export const noHash: Uint8Array = new Uint8Array(hashBytes);

/** What a journal begins with: of which offer it is, and from whom. */
export const journalHead = (offer: Uint8Array, peer: string): Buffer =>
  Buffer.from(`lanpeer files 2\n${Buffer.from(offer).toString('hex')}\n${peer}\n`);

const [folderMark, fileMark] = [0x64, 0x66] as const;
const hashAt = 9;
/** Behind the head: one for each entry that is complete, from the first one on. */
export const recordBytes = hashAt + hashBytes;

export function recordOf({ isFolder, size, hash }: KeptEntry): Buffer {
  const record = Buffer.alloc(recordBytes);
  record[0] = isFolder ? folderMark : fileMark;
  record.writeBigUInt64BE(BigInt(size), 1);
  record.set(hash, hashAt);
  return record;
}

/** Undefined for what is no record: it was not written to its end. */
export function decodeRecord(record: Buffer): KeptEntry | undefined {
  if (record.byteLength !== recordBytes) return undefined;
  const size = Number(record.readBigUInt64BE(1));
  const isFolder = record[0] === folderMark;
  if ((!isFolder && record[0] !== fileMark) || !Number.isSafeInteger(size) || (isFolder && size > 0)) return undefined;
  return { isFolder, size, hash: record.subarray(hashAt) };
}
