import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { entryLine, journalOf, peerLine, type ReadJournal } from './journal.ts';

export interface JournalFileOptions {
  /** What is in it; undefined if it is new. */
  readonly known: ReadJournal | undefined;
  /** Id of the offer. */
  readonly offer: Uint8Array;
  readonly peer: string;
}

/** A journal that is written. */
export class JournalFile {
  readonly isNew: boolean;
  readonly #handle: FileHandle;
  #entries: number;

  private constructor(handle: FileHandle, known: ReadJournal | undefined) {
    this.#handle = handle;
    this.#entries = known?.entries ?? 0;
    this.isNew = known === undefined;
  }

  static async open(path: string, { known, offer, peer }: JournalFileOptions): Promise<JournalFile> {
    const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
    const handle = await open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
    await handle.truncate(known?.length ?? 0);
    if (known?.peer !== peer) await handle.appendFile(known ? peerLine(peer) : journalOf(offer, peer));
    await handle.sync();
    return new JournalFile(handle, known);
  }

  /** Entries that are complete. */
  get entries(): number {
    return this.#entries;
  }

  /** One more is complete. */
  async addEntry(): Promise<void> {
    await this.#handle.appendFile(entryLine);
    this.#entries += 1;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}
