import { lstat, mkdir, readdir, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../util/thrown.ts';
import { Completions } from './completions.ts';
import { ignoreMissing, syncFolder } from './disk.ts';
import { type KeptEntry, noHash } from './journal.ts';
import { JournalFile, type JournalOwner, type Kept } from './journal-file.ts';
import { localNames } from './names.ts';
import type { Offer } from './offer.ts';
import { PartFile } from './part-file.ts';
import { type Item, nameInside, publish } from './publish.ts';
import {
  filesIn,
  inOffer,
  isSame,
  journalIn,
  keptAt,
  makeStaging,
  partIn,
  removeParts,
  stagingPath,
} from './staging-disk.ts';

export interface StagingOptions {
  readonly folder: string;
  readonly offer: Offer;
  readonly peer: string;
  readonly platform: NodeJS.Platform;
  /** Something has its name in the folder. */
  readonly published: (path: string) => void;
}

/** A file of which all is there. */
export interface WholeFile {
  readonly part: PartFile;
  /** Wall clock, ms. */
  readonly modified: number;
  readonly size: number;
  readonly hash: Uint8Array;
}

const folderEntry: KeptEntry = { isFolder: true, size: 0, hash: noHash };

/**
 * A transfer on its way into a folder: a hidden folder beside its files, of this user alone, in which nothing has a name that
 * others could have made there. What is complete leaves it under its own name, or under one with a number.
 */
export class Staging {
  readonly #options: StagingOptions;
  /** Its hidden folder. */
  readonly path: string;
  readonly #journal: JournalFile;
  readonly #completions: Completions;
  /** What in it is not under its own name yet. */
  #item: Item | undefined;

  private constructor(options: StagingOptions, path: string, journal: JournalFile) {
    this.#options = options;
    this.path = path;
    this.#journal = journal;
    this.#completions = new Completions(journal);
  }

  /** Whether there is a transfer of that offer from that peer which is not over. */
  static async has(folder: string, owner: JournalOwner): Promise<boolean> {
    return (await keptAt(stagingPath(folder, owner), owner)) !== undefined;
  }

  /** Goes on with a transfer, or begins it. Rejects with `ERR_BUSY` where too many are not over, else as the system does. */
  static async open(options: StagingOptions): Promise<Staging> {
    const { folder } = options;
    const path = stagingPath(folder, options);
    const kept = await keptAt(path, options);
    if (!kept) {
      await rm(path, { recursive: true, force: true });
      await makeStaging(folder, path);
    }
    const staging = new Staging(options, path, await JournalFile.open(journalIn(path), options, kept));
    await staging.#look();
    return staging;
  }

  /** What need not come again, if the sender still has it. */
  get kept(): Kept {
    return this.#journal.kept;
  }

  /** Hashes of the entries that need not come again, some at a time; before any is added. */
  keptHashes(): AsyncGenerator<Buffer> {
    return this.#journal.hashes();
  }

  /** Begins anew: drops what has no name in the folder, and knows nothing of what has. Before any entry is added. */
  async restart(): Promise<void> {
    await this.#journal.restart();
    this.#item = undefined;
    await rm(filesIn(this.path), { recursive: true, force: true });
    await mkdir(filesIn(this.path));
    await removeParts(this.path);
  }

  /** The file that is written next, or was when the transfer was cut off. */
  part(index: number): Promise<PartFile> {
    return PartFile.open(partIn(this.path, index));
  }

  /** Makes a folder, whose parent is there. Rejects with `ERR_OFFER`. */
  async addFolder(names: readonly string[]): Promise<void> {
    await this.#begin(names, true);
    const path = this.#pathOf(names);
    await inOffer(names, mkdir(path)).catch(async (thrown) => {
      const isThere = codeOf(thrown) === 'EEXIST' && (await lstat(path)).isDirectory();
      if (!isThere) throw thrown;
    });
    this.#completions.add(folderEntry, Promise.resolve());
  }

  /**
   * A file is complete. Rejects with `ERR_OFFER`.
   *
   * @param stored It is on the disk and written down; the next one is when that resolves.
   */
  async addFile(
    names: readonly string[],
    { part, modified, size, hash }: WholeFile,
    stored: () => Promise<void>,
  ): Promise<void> {
    await this.#begin(names, false);
    this.#completions.add({ isFolder: false, size, hash }, part.finish(modified), {
      named: () => inOffer(names, nameInside(this.#pathOf(names), part.path, names)),
      // Its name in the journal comes before the end of this one: so a restart in between finds two names of one file.
      written: async () => {
        await ignoreMissing(unlink(part.path));
        await stored();
      },
    });
  }

  /** Gives what is complete its name in the folder. Rejects with `ERR_FILE` where every name is taken. */
  async publish(): Promise<void> {
    await this.#completions.settled();
    if (!this.#item) return;
    const { folder, published } = this.#options;
    const path = await publish(filesIn(this.path), folder, this.#item);
    this.#item = undefined;
    published(path);
  }

  /** Closes it, and keeps what came. */
  async close(): Promise<void> {
    await this.#completions.settled().catch(() => undefined);
    await this.#journal.close();
  }

  /** Nothing is left of it. */
  async remove(): Promise<void> {
    await this.close().catch(() => undefined);
    await rm(this.path, { recursive: true, force: true });
    await syncFolder(this.#options.folder);
  }

  /** What an earlier run has left: an item without its name, and parts of which only one goes on. */
  async #look(): Promise<void> {
    const { entries } = this.#journal.kept;
    await removeParts(this.path, entries);
    const [item] = await readdir(filesIn(this.path), { withFileTypes: true });
    if (!item) return;
    const path = join(filesIn(this.path), item.name);
    // It had no time to write it down.
    if (item.isFile() && (await isSame(path, partIn(this.path, entries)).catch(() => false))) await unlink(path);
    else this.#item = { name: item.name, isFolder: item.isDirectory() };
  }

  /** Of another item: the one before gets its name. */
  async #begin(names: readonly string[], isFolder: boolean): Promise<void> {
    const name = localNames(names, this.#options.platform)[0] ?? '';
    const isInFolder = isFolder || names.length > 1;
    if (this.#item && (this.#item.name !== name || !isInFolder)) await this.publish();
    this.#item = { name, isFolder: isInFolder };
    await this.#completions.room();
  }

  #pathOf(names: readonly string[]): string {
    return join(filesIn(this.path), ...localNames(names, this.#options.platform));
  }
}
