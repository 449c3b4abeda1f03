import { access, constants, mkdir, open, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import { codeOf, describeThrown } from '../util/thrown.ts';

/** What is full: a disk, or what this user may have of it. */
const full = ['ENOSPC', 'EDQUOT'];

/** What the system says of a file, as `ERR_DISK_FULL` or `ERR_FILE`. */
export function fileError(thrown: unknown, what: string): LanpeerError {
  if (thrown instanceof LanpeerError) return thrown;
  const code = full.includes(codeOf(thrown) ?? '') ? 'ERR_DISK_FULL' : 'ERR_FILE';
  return new LanpeerError(code, `${what}: ${describeThrown(thrown)}`, { cause: thrown });
}

/** Resolves also where what is done away with is not there. */
export async function ignoreMissing(done: Promise<unknown>): Promise<void> {
  await done.catch((thrown) => {
    if (codeOf(thrown) !== 'ENOENT') throw thrown;
  });
}

/** What happened in a folder stays over a loss of power, where the system can do that for folders. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path).catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

/** Rejects with `ERR_DISK_FULL` where so many bytes would leave less than what stays free. */
export async function checkRoom(folder: string, bytes: number, freeBytes = limits.files.freeBytes): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const room = bavail * bsize - freeBytes;
  if (bytes <= room) return;
  const missing = bytes - Math.max(0, room);
  throw new LanpeerError('ERR_DISK_FULL', `The disk has not enough room: ${missing} bytes are missing.`);
}

/** Checks that files can be written into that folder. Rejects with `ERR_FILE`. */
export async function checkFolder(folder: string): Promise<void> {
  try {
    if (!(await stat(folder)).isDirectory()) throw new LanpeerError('ERR_FILE', `${folder} is no folder.`);
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') throw new LanpeerError('ERR_FILE', `There is no folder ${folder}.`);
    throw fileError(thrown, `Nothing can be written into ${folder}`);
  }
}

/** Makes that folder if it is not there, in one that is. Resolves with whether it did. Rejects with `ERR_FILE`. */
export async function makeFolder(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (thrown) {
    const code = codeOf(thrown);
    if (code === 'EEXIST') return false;
    if (code === 'ENOENT')
      throw new LanpeerError('ERR_FILE', `${folder} cannot be made: there is no folder ${dirname(folder)}.`);
    throw fileError(thrown, `${folder} cannot be made`);
  }
}
