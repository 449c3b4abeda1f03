import { lstat, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import { codeOf } from '../util/thrown.ts';
import { ignoreMissing } from './disk.ts';
import { parseJournal, type ReadJournal } from './journal.ts';
import { moveFile, moveFolder } from './move.ts';
import { shownName } from './names.ts';
import type { Offer } from './offer.ts';

/** What the folder of a transfer is called, beside what it becomes. No name of an offer begins with a dot there. */
export const stagingPrefix = '.lanpeer-';

/** The folder of a transfer that is not over. */
export const stagingPath = (folder: string, { id }: Pick<Offer, 'id'>): string =>
  join(folder, `${stagingPrefix}${Buffer.from(id).toString('hex').slice(0, 32)}`);

/** The folders of transfers in a folder that are not over. */
export async function unfinishedIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder);
  return names.filter((name) => name.startsWith(stagingPrefix));
}

/** What says that a name is taken, of a file and of a folder. */
const taken = ['EEXIST', 'ENOTEMPTY', 'EISDIR', 'ENOTDIR'];

/** False where something has that name. */
export async function moved(from: string, to: string, isFolder: boolean): Promise<boolean> {
  try {
    await (isFolder ? moveFolder(from, to) : moveFile(from, to));
    return true;
  } catch (thrown) {
    if (!taken.includes(codeOf(thrown) ?? '')) throw thrown;
    if (isFolder || !(await isSame(from, to))) return false;
    // It was cut off between its new name and the end of the old one.
    await ignoreMissing(unlink(from));
    return true;
  }
}

async function isSame(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([lstat(one), lstat(other)]);
  return a.ino !== 0 && a.ino === b.ino && a.dev === b.dev;
}

/** What is known of a transfer in its folder; undefined if there is none, or it is damaged. */
export async function readJournal(path: string, offer: Offer): Promise<ReadJournal | undefined> {
  try {
    // A folder of this user's, not what somebody else has put in its place.
    if (!(await lstat(path)).isDirectory()) return undefined;
    const file = join(path, 'journal');
    const stats = await lstat(file);
    if (!stats.isFile() || stats.size > limits.files.journalBytes) return undefined;
    const journal = parseJournal(await readFile(file));
    return journal && Buffer.from(journal.offer).equals(offer.id) ? journal : undefined;
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return undefined;
    throw thrown;
  }
}

/** As the promise; but that a folder is missing, or is a file, is a fault of the offer: `ERR_OFFER`. */
export async function inOffer(names: readonly string[], done: Promise<void>): Promise<void> {
  try {
    await done;
  } catch (thrown) {
    if (!['ENOENT', 'ENOTDIR', 'EISDIR'].includes(codeOf(thrown) ?? '')) throw thrown;
    const path = shownName(names.join('/'));
    throw new LanpeerError('ERR_OFFER', `"${path}" is in no folder that the offer named before.`, { cause: thrown });
  }
}
