import { constants } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import { LanpeerError } from '../errors.ts';

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;

const codeOf = (thrown: unknown): string =>
  typeof thrown === 'object' && thrown !== null && 'code' in thrown ? String(thrown.code) : '';

const refuse = (file: string, why: string, remedy: string): LanpeerError =>
  new LanpeerError('ERR_RECORDING', `The recording cannot be written to ${file}: ${why}. ${remedy}`);

const another = 'Name another file, in a directory that only this user can write to.';

/** This user, and the administrator, who may do anything. Windows has no such numbers. */
const isTrusted = (uid: number): boolean => process.geteuid === undefined || uid === process.geteuid() || uid === 0;

/** A link is followed if this user or the administrator made it: where others can write it may lead to any file of ours. */
async function openExisting(file: string): Promise<FileHandle> {
  try {
    return await open(file, O_WRONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (thrown) {
    if (codeOf(thrown) === 'ENXIO') throw refuse(file, 'it is a pipe without a reader', 'Name a file.');
    if (codeOf(thrown) !== 'ELOOP') throw thrown;
    const { uid } = await lstat(file);
    if (!isTrusted(uid)) throw refuse(file, 'it is a symbolic link of another user', another);
    return open(file, O_WRONLY | O_NONBLOCK);
  }
}

/** Looks at the file that is open: under its name there may be another by now. */
async function check(handle: FileHandle, file: string): Promise<void> {
  const about = await handle.stat();
  const isDevice = about.isCharacterDevice();
  if (process.platform === 'win32' || isDevice) return;
  if (!about.isFile() && !about.isFIFO()) throw refuse(file, 'it is not a file', 'Name a file.');
  if (process.geteuid !== undefined && about.uid !== process.geteuid())
    throw refuse(file, 'it belongs to another user', another);
  if ((about.mode & 0o077) !== 0)
    throw refuse(
      file,
      'it is there already, and others may open it',
      `A recording shows who spoke with whom: chmod 600 ${file} makes the file private, or name one that is not there yet.`,
    );
}

/**
 * Opens a file for a recording: a new one for its owner alone (0600), or an old one, which is emptied, if no other user
 * may read or write it. Rejects with `ERR_RECORDING`, or with what the system says.
 */
export async function openRecordingFile(file: string): Promise<FileHandle> {
  try {
    return await open(file, O_WRONLY | O_CREAT | O_EXCL, 0o600);
  } catch (thrown) {
    if (codeOf(thrown) !== 'EEXIST') throw thrown;
  }
  const handle = await openExisting(file);
  try {
    await check(handle, file);
    if ((await handle.stat()).isFile()) await handle.truncate(0);
    return handle;
  } catch (thrown) {
    await handle.close();
    throw thrown;
  }
}
