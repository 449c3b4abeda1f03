import { fstatSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { isErrno } from '../adapters/identity/files.ts';
import { LanpeerError } from '../errors.ts';
import { makeNetworkKey, parseNetworkKey } from '../protocol/network-key.ts';
import type { KeyArguments } from './args/identity.ts';
import { complainOfKeyFile, readKeys } from './key-file.ts';
import { warn } from './warn.ts';

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

/** On standard error as a QR code, if that was asked for. */
async function showCode(key: string, { qr }: KeyArguments): Promise<void> {
  if (!qr) return;
  const { showQr } = await import('./qr.ts');
  showQr(key);
}

const print = (key: string, { json }: KeyArguments): void =>
  void process.stdout.write(json ? `${JSON.stringify({ event: 'key', key })}\n` : `${key}\n`);

/** Makes a network key, and prints it unless it goes to a file. Resolves with the exit code. */
export async function makeKey(args: KeyArguments): Promise<number> {
  const { file } = args;
  const key = makeNetworkKey();
  if (file === undefined) print(key, args);
  else await writeKey(file, key);
  await showCode(key, args);
  if (file !== undefined) return 0;
  const complaint = complainOfKeyFile(fstatSync(1), 'the file that standard output goes to');
  if (complaint !== undefined) warn(`${complaint} lanpeer key FILE writes one that only you can read.`);
  return 0;
}

/**
 * Prints the network key in a file; of several the first one, which is announced. Resolves with the exit code. Rejects with
 * `ERR_USAGE` or `ERR_NETWORK_KEY_FORMAT`.
 */
export async function showKey(args: KeyArguments): Promise<number> {
  const [key = ''] = await readKeys(args.file ?? '', warn);
  parseNetworkKey(key);
  print(key, args);
  await showCode(key, args);
  return 0;
}
