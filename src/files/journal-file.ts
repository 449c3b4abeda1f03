import { constants } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { limits } from '../limits.ts';
import { codeOf } from '../util/thrown.ts';
import { decodeRecord, journalHead, type KeptEntry, recordBytes, recordOf } from './journal.ts';
import type { Offer } from './offer.ts';

const { hashesPerFrame } = limits.files;
const { O_RDONLY, O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;

/** Whose journal it is. */
export interface JournalOwner {
  readonly offer: Pick<Offer, 'id' | 'entries'>;
  readonly peer: string;
}

/** What is complete of a transfer that is not over. */
export interface Kept {
  readonly entries: number;
  readonly files: number;
  readonly bytes: number;
}

/** Fills the memory as far as the file goes. */
async function readAt(handle: FileHandle, into: Buffer, position: number): Promise<Buffer> {
  let filled = 0;
  while (filled < into.byteLength) {
    const { bytesRead } = await handle.read(into, filled, into.byteLength - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return into.subarray(0, filled);
}

/** The entries in a journal with a head of so many bytes, some at a time: a million of them take no more memory. */
async function* entriesIn(handle: FileHandle, headBytes: number): AsyncGenerator<readonly KeptEntry[]> {
  const block = Buffer.allocUnsafeSlow(recordBytes * hashesPerFrame);
  for (let at = headBytes; ; at += block.byteLength) {
    const bytes = await readAt(handle, block, at);
    const some: KeptEntry[] = [];
    for (let from = 0; from < bytes.byteLength; from += recordBytes) {
      const entry = decodeRecord(bytes.subarray(from, from + recordBytes));
      if (!entry) break;
      some.push(entry);
    }
    if (some.length > 0) yield some;
    if (some.length < hashesPerFrame) return;
  }
}

async function keptIn(handle: FileHandle, { offer, peer }: JournalOwner): Promise<Kept | undefined> {
  const head = journalHead(offer.id, peer);
  if (!(await readAt(handle, Buffer.alloc(head.byteLength), 0)).equals(head)) return undefined;
  let [entries, files, bytes] = [0, 0, 0];
  for await (const some of entriesIn(handle, head.byteLength)) {
    entries += some.length;
    for (const { isFolder, size } of some) {
      if (!isFolder) files += 1;
      bytes += size;
    }
    if (entries > offer.entries || !Number.isSafeInteger(bytes)) return undefined;
  }
  return { entries, files, bytes };
}

/** What that journal says is complete; undefined where there is none, or one of something else, or a damaged one. */
export async function readJournal(path: string, owner: JournalOwner): Promise<Kept | undefined> {
  try {
    // A folder of this user's, not what somebody else has put in its place.
    if (!(await lstat(dirname(path))).isDirectory()) return undefined;
    const handle = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      return (await handle.stat()).isFile() ? await keptIn(handle, owner) : undefined;
    } finally {
      await handle.close();
    }
  } catch (thrown) {
    if (['ENOENT', 'ELOOP'].includes(codeOf(thrown) ?? '')) return undefined;
    throw thrown;
  }
}

/** A journal that is written. */
export class JournalFile {
  readonly #handle: FileHandle;
  readonly #headBytes: number;
  /** What was complete when it was opened, and is still. */
  #kept: Kept;

  private constructor(handle: FileHandle, headBytes: number, kept: Kept) {
    this.#handle = handle;
    this.#headBytes = headBytes;
    this.#kept = kept;
  }

  /** @param kept What {@link readJournal} said; undefined: it is new. */
  static async open(path: string, { offer, peer }: JournalOwner, kept: Kept | undefined): Promise<JournalFile> {
    const handle = await open(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
    const head = journalHead(offer.id, peer);
    await handle.truncate(kept ? head.byteLength + kept.entries * recordBytes : 0);
    if (!kept) await handle.appendFile(head);
    await handle.sync();
    return new JournalFile(handle, head.byteLength, kept ?? { entries: 0, files: 0, bytes: 0 });
  }

  get kept(): Kept {
    return this.#kept;
  }

  /** Hashes of the entries that it had when it was opened, some at a time. None may be added meanwhile. */
  async *hashes(): AsyncGenerator<Buffer> {
    for await (const some of entriesIn(this.#handle, this.#headBytes))
      yield Buffer.concat(some.map(({ hash }) => hash));
  }

  /** One more is complete. */
  async addEntry(entry: KeptEntry): Promise<void> {
    await this.#handle.appendFile(recordOf(entry));
  }

  /** Nothing is complete. */
  async restart(): Promise<void> {
    await this.#handle.truncate(this.#headBytes);
    await this.#handle.sync();
    this.#kept = { entries: 0, files: 0, bytes: 0 };
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}
