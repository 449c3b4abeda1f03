import { fstatSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { isErrno, isOpenToOthers } from '../adapters/identity/files.ts';
import { LanpeerError } from '../errors.ts';
import { makeNetworkKey } from '../protocol/network-key.ts';
import { warn } from './warn.ts';

interface FileFacts {
  isFile(): boolean;
  readonly mode: number;
}

/** What to say of a file with a network key that other users may read; undefined if none may, or it is no file. */
export function complainOfKeyFile(about: FileFacts, name: string): string | undefined {
  return about.isFile() && isOpenToOthers(about.mode)
    ? `warning: others may read ${name}, and with it the network key: chmod 600 makes it private.`
    : undefined;
}

const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

/** Only its owner may read the file. Rejects with `ERR_USAGE` if it is there already or cannot be written. */
async function writeKey(path: string, key: string): Promise<void> {
  const file = await open(path, 'wx', 0o600).catch((cause: unknown) => {
    const message = isErrno(cause, 'EEXIST')
      ? `There is a file ${path} already, and it stays as it is: name another one.`
      : `The key cannot be written: ${messageOf(cause)}`;
    throw new LanpeerError('ERR_USAGE', message, { cause });
  });
  try {
    await file.writeFile(`${key}\n`);
    await file.sync();
    // Some file systems keep no permissions.
    const complaint = complainOfKeyFile(await file.stat(), path);
    if (complaint !== undefined) warn(complaint);
  } catch (cause) {
    await rm(path, { force: true });
    throw new LanpeerError('ERR_USAGE', `The key cannot be written: ${messageOf(cause)}`, { cause });
  } finally {
    await file.close();
  }
}

/** Makes a network key, and prints it unless it goes to a file. Resolves with the exit code. */
export async function makeKey(file: string | undefined): Promise<number> {
  const key = makeNetworkKey();
  if (file !== undefined) {
    await writeKey(file, key);
    return 0;
  }
  process.stdout.write(`${key}\n`);
  const complaint = complainOfKeyFile(fstatSync(1), 'the file that standard output goes to');
  if (complaint !== undefined) warn(`${complaint} lanpeer key FILE writes one that only you can read.`);
  return 0;
}
