import { unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import { codeOf } from '../util/thrown.ts';
import { ignoreMissing, syncFolder } from './disk.ts';
import { moveFolder, nameFile } from './move.ts';
import { numberedName, shownName } from './names.ts';
import { isSame } from './staging-disk.ts';

const { numbers, numbersInside } = limits.files;

/** A file or a folder that was named by the person who sends it. */
export interface Item {
  readonly name: string;
  readonly isFolder: boolean;
}

/**
 * Gives a complete item in a hidden folder its name in the folder of the person, or one with a number. Resolves with its path.
 * Rejects with `ERR_FILE` where every name is taken.
 */
export async function publish(hidden: string, folder: string, { name, isFolder }: Item): Promise<string> {
  for (let number = 0; number < numbers; number += 1) {
    const to = join(folder, numberedName(name, number, isFolder));
    if (!(await moved(join(hidden, name), to, isFolder))) continue;
    await syncFolder(folder);
    return to;
  }
  throw new LanpeerError('ERR_FILE', `${folder} has ${numbers} things that are called ${shownName(name)}.`);
}

/**
 * Gives a complete file its name in the hidden folder, or one with a number. Rejects with `ERR_OFFER` where that is there too
 * many times.
 *
 * @param names Those of its path in the offer.
 */
export async function nameInside(path: string, from: string, names: readonly string[]): Promise<void> {
  for (let number = 0; number < numbersInside; number += 1)
    if (await named(from, join(dirname(path), numberedName(basename(path), number, false)))) return;
  throw new LanpeerError('ERR_OFFER', `"${shownName(names.join('/'))}" is in the offer too many times.`);
}

/** What says that a name is taken, of a file and of a folder. */
const taken = ['EEXIST', 'ENOTEMPTY', 'EISDIR', 'ENOTDIR'];

/** False where something else has that name. */
async function moved(from: string, to: string, isFolder: boolean): Promise<boolean> {
  if (isFolder) return succeeds(moveFolder(from, to));
  if (!(await named(from, to))) return false;
  await ignoreMissing(unlink(from));
  return true;
}

/** As {@link moved}, for a file, which keeps the name before where there are links. */
async function named(from: string, to: string): Promise<boolean> {
  // It may have been cut off between its new name and the end of the old one.
  return (await succeeds(nameFile(from, to))) || isSame(from, to);
}

/** False where the name is taken. */
async function succeeds(naming: Promise<void>): Promise<boolean> {
  try {
    await naming;
    return true;
  } catch (thrown) {
    if (!taken.includes(codeOf(thrown) ?? '')) throw thrown;
    return false;
  }
}
