import { createHash } from 'node:crypto';
import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import { entryFrame } from './entry.ts';
import { shownName } from './names.ts';
import type { Offer } from './offer.ts';
import type { FileSource, SourceEntry } from './source.ts';
import { type Root, rootsOf, walk } from './walk.ts';

const { entries: mostEntries, shownNames } = limits.files;

/** Names of the offer that a person is shown. */
export const namesShown = (names: readonly string[]): readonly string[] => names.slice(0, shownNames).map(shownName);

/** Files and folders of this machine, by path. */
export class DiskSource implements FileSource {
  readonly offer: Offer;
  readonly #roots: readonly Root[];

  private constructor(roots: readonly Root[], offer: Offer) {
    this.#roots = roots;
    this.offer = offer;
  }

  /**
   * Looks at them, without reading them. Rejects with `ERR_FILE` for what cannot be read, with `ERR_OFFER` for a name that no
   * receiver takes, or where there are too many.
   *
   * @param leftOut Told of what is neither a file nor a folder.
   */
  static async of(paths: readonly string[], leftOut?: (path: string) => void): Promise<DiskSource> {
    const roots = rootsOf(paths);
    const count = { entries: 0, files: 0, bytes: 0 };
    const id = createHash('sha256');
    for await (const entry of walk(roots, leftOut)) {
      count.entries += 1;
      if (entry.kind === 'file') count.files += 1;
      count.bytes += entry.size;
      id.update(entryFrame(entry));
      if (count.entries > mostEntries)
        throw new LanpeerError('ERR_OFFER', `There are more than ${mostEntries} files: send them in an archive.`);
    }
    if (count.entries === 0) throw new LanpeerError('ERR_FILE', 'There is nothing to send: no file and no folder.');
    const names = namesShown(roots.map(({ name }) => name));
    return new DiskSource(roots, { id: id.digest(), ...count, names, items: roots.length, resumable: true });
  }

  async *entries(): AsyncGenerator<SourceEntry> {
    const { offer } = this;
    const id = createHash('sha256');
    let [entries, bytes] = [0, 0];
    for await (const entry of walk(this.#roots)) {
      id.update(entryFrame(entry));
      entries += 1;
      bytes += entry.size;
      if (entries > offer.entries || bytes > (offer.bytes ?? 0)) throw changed();
      yield entry;
    }
    if (!id.digest().equals(offer.id)) throw changed();
  }
}

const changed = (): LanpeerError =>
  new LanpeerError('ERR_FILE_CHANGED', 'What is to be sent changed meanwhile: send it again.');
