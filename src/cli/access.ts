import { open } from 'node:fs/promises';
import type { Access } from '../api/access.ts';
import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import { describeThrown } from '../util/thrown.ts';
import type { AccessArguments } from './args/node.ts';
import { askKey } from './ask-key.ts';
import { complainOfKeyFile } from './key.ts';

/** Text that a Windows shell redirected into a file is UTF-16. */
const textOf = (bytes: Buffer): string =>
  bytes[0] === 0xff && bytes[1] === 0xfe ? bytes.toString('utf16le', 2) : bytes.toString('utf8');

/** Reads no more than keys can be: the name may be one of a device that never ends. */
async function readKeys(path: string, warn: (text: string) => void): Promise<readonly string[]> {
  try {
    const file = await open(path);
    try {
      const complaint = complainOfKeyFile(await file.stat(), path);
      if (complaint !== undefined) warn(complaint);
      const bytes = Buffer.alloc(limits.cli.keyFileBytes + 1);
      let size = 0;
      for (let got = 1; got > 0 && size < bytes.byteLength; size += got)
        ({ bytesRead: got } = await file.read(bytes, size));
      if (size > limits.cli.keyFileBytes) throw new Error(`${path} is too long for network keys`);
      // An empty file is a damaged key, and must not pass for none.
      return keysIn(textOf(bytes.subarray(0, size))) ?? [''];
    } finally {
      await file.close();
    }
  } catch (cause) {
    const detail = describeThrown(cause);
    throw new LanpeerError('ERR_USAGE', `The file of the network key: ${detail}`, { cause });
  }
}

/** One key a line; undefined if there is none. */
function keysIn(text: string): readonly string[] | undefined {
  const keys = text.split(/\r?\n/).flatMap((line) => line.trim() || []);
  return keys.length > 0 ? keys : undefined;
}

/** The keys of all files, in their order; an empty variable is one that is not set. */
async function readNetworkKey(
  { keyFiles, askKey: isAsked }: AccessArguments,
  environment: NodeJS.ProcessEnv,
  warn: (text: string) => void,
): Promise<string | readonly string[] | undefined> {
  if (isAsked) return askKey();
  const { LANPEER_KEY: key = '', LANPEER_KEY_FILE: file = '' } = environment;
  const files = keyFiles ?? (key === '' && file !== '' ? [file] : undefined);
  const keys = files ? (await Promise.all(files.map((path) => readKeys(path, warn)))).flat() : keysIn(key);
  return keys?.length === 1 ? keys[0] : keys;
}

/** Access by the command line, `LANPEER_KEY` and `LANPEER_KEY_FILE`. Throws `ERR_USAGE` or `ERR_ACCESS_REQUIRED`. */
export async function readAccess(
  args: AccessArguments,
  environment: NodeJS.ProcessEnv,
  warn: (text: string) => void = () => undefined,
): Promise<Access> {
  const { keyFiles, askKey: isAsked, allow, open: isOpen, deny } = args;
  if (isOpen && (keyFiles !== undefined || isAsked || allow !== undefined))
    throw new LanpeerError(
      'ERR_USAGE',
      '--open lets every device in: it goes with none of --key-file, --ask-key and --allow.',
    );
  if (isOpen) return deny ? { open: true, deny } : 'open';
  const networkKey = await readNetworkKey(args, environment, warn);
  if (networkKey === undefined && !allow) {
    throw new LanpeerError(
      'ERR_ACCESS_REQUIRED',
      'Say who may connect: --key-file with a key from `lanpeer key`, --ask-key, the variable LANPEER_KEY_FILE, --allow ID, or --open. --deny ID only takes away from these.',
    );
  }
  return { ...(networkKey !== undefined && { networkKey }), ...(allow && { allow }), ...(deny && { deny }) };
}
