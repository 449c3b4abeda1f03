import { limits } from '../limits.ts';
import type { KeptEntry } from './journal.ts';
import type { JournalFile } from './journal-file.ts';

const { syncing } = limits.files;

/** What is done for an entry: it gets its name in the hidden folder; it is written down. */
export interface Steps {
  readonly named: () => Promise<void>;
  readonly written: () => Promise<void>;
}

/** Entries that are complete: each is written down when it, and all before it, are on the disk. */
export class Completions {
  readonly #journal: Pick<JournalFile, 'addEntry'>;
  /** In order: each is on the disk and written down when its promise resolves. */
  readonly #syncing: Promise<void>[] = [];
  #last: Promise<void> = Promise.resolve();

  constructor(journal: Pick<JournalFile, 'addEntry'>) {
    this.#journal = journal;
  }

  /** @param synced Resolves when it is on the disk. */
  add(entry: KeptEntry, synced: Promise<void>, { named, written }: Partial<Steps> = {}): void {
    const before = this.#last;
    synced.catch(() => undefined);
    this.#last = (async () => {
      await before;
      await synced;
      await named?.();
      await this.#journal.addEntry(entry);
      await written?.();
    })();
    this.#last.catch(() => undefined);
    this.#syncing.push(this.#last);
  }

  /** Resolves when another one may be added. Rejects as what is before it. */
  async room(): Promise<void> {
    if (this.#syncing.length >= syncing) await this.#syncing.shift();
  }

  /** Resolves when all that was added is on the disk and written down. */
  async settled(): Promise<void> {
    await this.#last;
    this.#syncing.length = 0;
  }
}
