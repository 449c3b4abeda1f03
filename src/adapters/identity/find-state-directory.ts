import type { Stats } from 'node:fs';
import { chmod, lstat, mkdir, rmdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { LanpeerError } from '../../errors.ts';
import { isErrno, isOpenToOthers, isOurs } from './files.ts';

/** The directory that holds the state of a device. */
export interface FoundStateDirectory {
  readonly directory: string;
  /** What its owner should know. */
  readonly warning?: LanpeerError;
}

/** The directory inside one that others may look into. */
const ownName = 'lanpeer';

const refuse = (message: string): LanpeerError => new LanpeerError('ERR_STATE_DIR', message);

const absent = (thrown: unknown): undefined => {
  if (!isErrno(thrown, 'ENOENT')) throw thrown;
  return undefined;
};

const isOpen = ({ mode }: Stats): boolean => isOpenToOthers(Number(mode));

function absolute(named: string): string {
  if (named === '') throw refuse('The path of the state directory is empty: name a directory.');
  if (/^~([\\/]|$)/.test(named))
    throw refuse(
      `Only a shell knows what ~ is: write the state directory ${named} out, or ./${named} if it is meant so.`,
    );
  return resolve(named);
}

const keyIn = (directory: string): Promise<Stats | undefined> => lstat(join(directory, 'key.pem')).catch(absent);

function openWarning(directory: string): LanpeerError {
  return refuse(
    `Others may look into the state directory ${directory}, which holds the key of this device: chmod 700 ${directory} closes it to them. It is used as it is.`,
  );
}

/** A directory that others may look into belongs to lanpeer if it holds a key of this user's. */
async function ownOpen(directory: string): Promise<FoundStateDirectory | undefined> {
  const key = await keyIn(directory);
  if (!key) return undefined;
  if (isOurs(key) && !key.isSymbolicLink()) return { directory, warning: openWarning(directory) };
  throw refuse(
    `Others may look into the state directory ${directory}, and its key.pem is not a file of this user's: give the directory and the file to this user and chmod 700 the directory, or choose another.`,
  );
}

/** The directory of lanpeer's own in one that others can look into; it must be this user's. */
async function directoryInside(directory: string): Promise<FoundStateDirectory> {
  const about = await lstat(directory).catch(absent);
  if (!about) return { directory };
  if (about.isSymbolicLink() || !about.isDirectory() || !isOurs(about))
    throw refuse(`The state would be in ${directory}, but that is not a directory of this user's: choose another.`);
  if (!isOpen(about)) return { directory };
  const own = await ownOpen(directory);
  if (own) return own;
  throw refuse(
    `The state would be in ${directory}, but others may look into it: chmod 700 ${directory}, or choose another.`,
  );
}

/**
 * Where the state is, or will be, for a directory that a program or its owner named; makes nothing.
 *
 * - One that is not there: there.
 * - One that holds the key of this device: there. If others may look into it: with a warning.
 * - One that other users may not look into: there.
 * - Any other: in a directory `lanpeer` inside it. What lanpeer did not make is never changed.
 *
 * Once `lanpeer` holds a key it is used, whatever becomes of the mode of the directory around it: a device keeps its id.
 * Rejects with `ERR_STATE_DIR` or what the system says.
 */
export async function findStateDirectory(named: string): Promise<FoundStateDirectory> {
  const directory = absolute(named);
  const about = await stat(directory).catch(absent);
  if (!about) return { directory };
  if (!about.isDirectory()) throw refuse(`The state directory ${directory} is a file: choose another.`);
  const inside = join(directory, ownName);
  if (isOpen(about)) return (await ownOpen(directory)) ?? directoryInside(inside);
  const isInside = !(await keyIn(directory)) && (await keyIn(inside).catch(() => undefined)) !== undefined;
  return { directory: isInside ? inside : directory };
}

/** False if it is there already. */
async function makeDirectory(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (thrown) {
    if (isErrno(thrown, 'EEXIST')) return false;
    throw thrown;
  }
  // A umask may have taken away what its owner needs.
  await chmod(path, 0o700).catch(() => undefined);
  return true;
}

/** With those above it: Node's own recursive mkdir never ends where nothing can be made, as below /proc. */
async function makeDirectories(path: string): Promise<boolean> {
  try {
    return await makeDirectory(path);
  } catch (thrown) {
    if (!isErrno(thrown, 'ENOENT') || dirname(path) === path) throw thrown;
    await makeDirectories(dirname(path));
    return makeDirectory(path);
  }
}

/** As {@link findStateDirectory}; the directory is there then, made for its owner alone (0700) if it was not there before. */
export async function makeStateDirectory(named: string): Promise<FoundStateDirectory> {
  // Another process may make one of them meanwhile, and differently.
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const found = await findStateDirectory(named);
    const { directory } = found;
    if (await stat(directory).catch(absent)) return found;
    if (!(await makeDirectories(directory))) continue;
    if (!isOpen(await stat(directory))) return found;
    await rmdir(directory);
    throw refuse(
      `The state directory ${directory} cannot be closed to others, for its file system keeps no modes: mount that with umask=077 or dir_mode=0700,file_mode=0600 for this user, or choose another.`,
    );
  }
  throw refuse(`The state directory ${named} cannot be made: is it a symbolic link to nothing? Choose another.`);
}
