import type { Access } from '../api/access.ts';
import { LanpeerError } from '../errors.ts';
import type { AccessArguments } from './args/node.ts';
import { askKey } from './ask-key.ts';
import { keysIn, readKeys } from './key-file.ts';

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
