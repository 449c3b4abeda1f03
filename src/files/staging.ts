import { lstat, mkdir, readdir, rename, rm, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import { codeOf } from '../util/thrown.ts';
import { syncFolder } from './disk.ts';
import { JournalFile } from './journal-file.ts';
import { localNames, numberedName, shownName } from './names.ts';
import type { Offer } from './offer.ts';
import { PartFile } from './part-file.ts';
import { inOffer, moved, readJournal, stagingPath, stagingPrefix, unfinishedIn } from './staging-disk.ts';

const { numbers, numbersInside, syncing, unfinished } = limits.files;

export interface StagingOptions {
  readonly folder: string;
  readonly offer: Offer;
  readonly peer: string;
  readonly platform: NodeJS.Platform;
  /** Something has its name in the folder. */
  readonly published: (path: string) => void;
}

/**
 * A transfer on its way into a folder: a hidden folder beside its files, of this user alone, in which nothing has a name that
 * others could have made there. What is complete leaves it under its own name, or under one with a number.
 */
export class Staging {
  readonly #options: StagingOptions;
  /** Its hidden folder. */
  readonly path: string;
  readonly #journal: JournalFile;
  /** Entries before this one may be there from an earlier run that had no time to write it down. */
  readonly #mayBeThere: number;
  #added: number;
  /** Files that are complete, in order: each is on the disk and written down when its promise resolves. */
  readonly #syncing: Promise<void>[] = [];
  #last: Promise<void> = Promise.resolve();
  /** What in it is not under its own name yet. */
  #item: { readonly name: string; readonly isFolder: boolean } | undefined;

  private constructor(options: StagingOptions, journal: JournalFile) {
    this.#options = options;
    this.path = stagingPath(options.folder, options.offer);
    this.#journal = journal;
    this.#added = journal.entries;
    this.#mayBeThere = journal.isNew ? 0 : journal.entries + syncing;
  }

  /** The peer whose transfer of that offer is not over in that folder; undefined if there is none. */
  static async find(folder: string, offer: Offer): Promise<string | undefined> {
    return (await readJournal(stagingPath(folder, offer), offer))?.peer;
  }

  /** Goes on with a transfer, or begins it. Rejects with `ERR_BUSY` where too many are not over, else as the system does. */
  static async open(options: StagingOptions): Promise<Staging> {
    const { folder, offer, peer } = options;
    const path = stagingPath(folder, offer);
    const known = await readJournal(path, offer);
    if (!known) {
      await rm(path, { recursive: true, force: true });
      if ((await unfinishedIn(folder)).length >= unfinished)
        throw new LanpeerError(
          'ERR_BUSY',
          `${folder} has ${unfinished} transfers that ended half-way, in ${stagingPrefix}*.`,
        );
      await mkdir(path, { mode: 0o700 });
      await mkdir(join(path, 'files'));
    }
    const staging = new Staging(
      options,
      await JournalFile.open(join(path, 'journal'), { known, offer: offer.id, peer }),
    );
    await staging.#look();
    return staging;
  }

  /** Entries that need not come again. */
  get entries(): number {
    return this.#journal.entries;
  }

  /** The file that is written next, or was when the transfer was cut off. */
  part(index: number): Promise<PartFile> {
    return PartFile.open(join(this.path, `part-${index}`));
  }

  /** Makes a folder, whose parent is there. Rejects with `ERR_OFFER`. */
  async addFolder(names: readonly string[]): Promise<void> {
    await this.#begin(names, true);
    const path = join(this.path, 'files', ...localNames(names, this.#options.platform));
    await inOffer(names, mkdir(path)).catch(async (thrown) => {
      const isThere = codeOf(thrown) === 'EEXIST' && (await lstat(path)).isDirectory();
      if (!isThere) throw thrown;
    });
    this.#complete(Promise.resolve());
  }

  /**
   * A file is complete. Rejects with `ERR_OFFER`.
   *
   * @param stored It is on the disk and written down; the next one is when that resolves.
   */
  async addFile(
    names: readonly string[],
    { part, modified }: { readonly part: PartFile; readonly modified: number },
    stored: () => Promise<void>,
  ): Promise<void> {
    await this.#begin(names, false);
    const index = this.#added;
    const named = (): Promise<void> => inOffer(names, this.#settle(names, part, index));
    this.#complete(part.finish(modified), named, stored);
  }

  /** Resolves when all that was added is on the disk and written down. */
  async settled(): Promise<void> {
    await this.#last;
    this.#syncing.length = 0;
  }

  /** Gives what is complete its name in the folder. Rejects with `ERR_FILE` where every name is taken. */
  async publish(): Promise<void> {
    await this.settled();
    const item = this.#item;
    if (!item) return;
    const { folder, published } = this.#options;
    const from = join(this.path, 'files', item.name);
    for (let number = 0; number < numbers; number += 1) {
      const to = join(folder, numberedName(item.name, number, item.isFolder));
      if (!(await moved(from, to, item.isFolder))) continue;
      await syncFolder(folder);
      this.#item = undefined;
      published(to);
      return;
    }
    throw new LanpeerError('ERR_FILE', `${folder} has ${numbers} things that are called ${shownName(item.name)}.`);
  }

  /** Closes it, and keeps what came. */
  async close(): Promise<void> {
    await this.settled().catch(() => undefined);
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
    for (const { name } of await readdir(this.path, { withFileTypes: true }))
      if (name.startsWith('part-') && name !== `part-${this.#journal.entries}`) await unlink(join(this.path, name));
    const [item] = await readdir(join(this.path, 'files'), { withFileTypes: true });
    if (item) this.#item = { name: item.name, isFolder: item.isDirectory() };
  }

  /** Of another item: the one before gets its name. */
  async #begin(names: readonly string[], isFolder: boolean): Promise<void> {
    const name = localNames(names, this.#options.platform)[0] ?? '';
    const isInFolder = isFolder || names.length > 1;
    if (this.#item && (this.#item.name !== name || !isInFolder)) await this.publish();
    this.#item = { name, isFolder: isInFolder };
    if (this.#syncing.length >= syncing) await this.#syncing.shift();
  }

  /** Each is written down when it, and all before it, are on the disk. */
  #complete(synced: Promise<void>, named?: () => Promise<void>, stored?: () => Promise<void>): void {
    const before = this.#last;
    this.#added += 1;
    synced.catch(() => undefined);
    this.#last = (async () => {
      await before;
      await synced;
      await named?.();
      await this.#journal.addEntry();
      await stored?.();
    })();
    this.#last.catch(() => undefined);
    this.#syncing.push(this.#last);
  }

  async #settle(names: readonly string[], part: PartFile, index: number): Promise<void> {
    const path = join(this.path, 'files', ...localNames(names, this.#options.platform));
    if (index < this.#mayBeThere) {
      await rename(part.path, path);
      return;
    }
    for (let number = 0; number < numbersInside; number += 1)
      if (await moved(part.path, join(dirname(path), numberedName(basename(path), number, false)), false)) return;
    throw new LanpeerError('ERR_OFFER', `"${shownName(names.join('/'))}" is in the offer too many times.`);
  }
}
