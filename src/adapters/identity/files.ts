import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { copyFile, link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { describeThrown } from '../../util/thrown.ts';

/** By its code, not by its class: under a test runner Node's errors are of another realm. */
export const isErrno = (thrown: unknown, ...codes: readonly string[]): boolean =>
  typeof thrown === 'object' && thrown !== null && 'code' in thrown && codes.includes(String(thrown.code));

/** True if others than the owner may do anything with it. On Windows the bits say nothing: access lists do. */
export const isOpenToOthers = (mode: number): boolean => process.platform !== 'win32' && (mode & 0o077) !== 0;

const advice: Readonly<Record<string, string>> = {
  ENOSPC: 'Free some space, or choose another.',
  EDQUOT: 'Free some space, or choose another.',
  EROFS: 'Its file system is read-only: choose another.',
  ENOTDIR: 'A part of the path is a file: choose another.',
  ENAMETOOLONG: 'Choose a shorter path.',
  ELOOP: 'Its symbolic links lead in a circle: choose another.',
};

/** Anything that goes wrong with the directory itself, as `ERR_STATE_DIR`. */
export function stateDirError(directory: string, cause: unknown): LanpeerError {
  if (cause instanceof LanpeerError) return cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const detail = describeThrown(cause);
  return new LanpeerError(
    'ERR_STATE_DIR',
    `The state directory ${directory} cannot be used: ${detail}. ${advice[code] ?? 'Choose another, or let this user write to it.'}`,
    { cause },
  );
}

/** True for what belongs to this user. Windows has no such numbers; there access lists say who may do what. */
export const isOurs = ({ uid }: { readonly uid: number }): boolean =>
  process.geteuid === undefined || uid === process.geteuid();

/**
 * The text of a file, or undefined if there is none. Rejects for anything that is no file or too long to be ours, and as
 * `check` throws, which sees the file that is then read.
 */
export async function readIfThere(
  path: string,
  check?: (about: Stats) => void,
  most: number = limits.state.fileBytes,
): Promise<string | undefined> {
  // Else a pipe without a writer would keep its reader waiting for ever.
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
  const file = await open(path, flags).catch((thrown: unknown) => {
    if (isErrno(thrown, 'ENOENT')) return undefined;
    throw thrown;
  });
  if (!file) return undefined;
  try {
    const about = await file.stat();
    if (!about.isFile()) throw new Error(`${path} is not a file`);
    if (about.size > most) throw new Error(`${path} is longer than ${most} bytes`);
    check?.(about);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/** As {@link readIfThere}, of a file that is this user's: others may have put one where they can write. */
export const readOwn = (path: string): Promise<string | undefined> =>
  readIfThere(path, (about) => {
    if (!isOurs(about)) throw new Error(`${path} belongs to another user`);
  });

/** Gives a finished draft its name. */
type Publish = (draft: string, path: string) => Promise<void>;

/** The whole file (0600 from its first byte) or nothing: power may fail at any moment. */
async function write(path: string, text: string, publish: Publish): Promise<void> {
  const draft = `${path}-${randomBytes(6).toString('hex')}`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await publish(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
  await syncDirectory(dirname(path));
}

/** A name lasts only when its directory is on disk. Windows opens no directories, some network file systems sync none. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } catch (thrown) {
    if (!isErrno(thrown, 'EINVAL', 'ENOTSUP')) throw thrown;
  } finally {
    await directory.close();
  }
}

/** Writes the file in place of the one that may be there. */
export const writeAtomically = (path: string, text: string): Promise<void> => write(path, text, rename);

const noHardLinks = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'] as const;

export const lacksHardLinks = (thrown: unknown): boolean => isErrno(thrown, ...noHardLinks);

/** By a hard link, which is whole at once; by a copy where there are none, as on FAT. Rejects with `EEXIST`. */
export async function publishNew(draft: string, path: string, hardLink: Publish = link): Promise<void> {
  try {
    await hardLink(draft, path);
  } catch (thrown) {
    if (!lacksHardLinks(thrown)) throw thrown;
    await copyFile(draft, path, constants.COPYFILE_EXCL);
    const file = await open(path, 'r+');
    await file.sync().finally(() => file.close());
  }
}

/** Writes the file if there is none; false if there is one, which another process may have just made. */
export async function createAtomically(path: string, text: string, publish: Publish = publishNew): Promise<boolean> {
  try {
    await write(path, text, publish);
    return true;
  } catch (thrown) {
    if (isErrno(thrown, 'EEXIST')) return false;
    throw thrown;
  }
}
