import { createHash } from 'node:crypto';
import { lstat, mkdir, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import { codeOf } from '../util/thrown.ts';
import { type JournalOwner, type Kept, readJournal } from './journal-file.ts';
import { shownName } from './names.ts';

const { unfinished } = limits.files;

/** What the folder of a transfer is called, beside what it becomes. No name of an offer begins with a dot there. */
const stagingPrefix = '.lanpeer-';

/** The folder of a transfer that is not over: the same offer of another peer has another one. */
export function stagingPath(folder: string, { offer, peer }: JournalOwner): string {
  const id = createHash('sha256').update(offer.id).update(peer).digest('hex');
  return join(folder, `${stagingPrefix}${id.slice(0, 32)}`);
}

/** What of a transfer is complete there. */
export const keptAt = (path: string, owner: JournalOwner): Promise<Kept | undefined> =>
  readJournal(journalIn(path), owner);

export const journalIn = (path: string): string => join(path, 'journal');
export const filesIn = (path: string): string => join(path, 'files');
export const partIn = (path: string, index: number): string => join(path, `part-${index}`);

/** Makes the folder of a transfer. Rejects with `ERR_BUSY` where too many are not over. */
export async function makeStaging(folder: string, path: string): Promise<void> {
  const names = await readdir(folder);
  if (names.filter((name) => name.startsWith(stagingPrefix)).length >= unfinished)
    throw new LanpeerError('ERR_BUSY', `${folder} has ${unfinished} transfers that ended half-way: ${stagingPrefix}*.`);
  await mkdir(path, { mode: 0o700 });
  await mkdir(filesIn(path));
}

/** Removes files that were written and are not complete, except that of one entry. */
export async function removeParts(path: string, except?: number): Promise<void> {
  for (const name of await readdir(path))
    if (name.startsWith('part-') && name !== `part-${except}`) await unlink(join(path, name));
}

/** Whether these are two names of one file. */
export async function isSame(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map((path) => lstat(path, { bigint: true })));
  return a !== undefined && b !== undefined && a.ino !== 0n && a.ino === b.ino && a.dev === b.dev;
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
