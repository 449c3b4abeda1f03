import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findStateDirectory } from '../adapters/identity/find-state-directory.ts';
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

/** Whether this device has been paired with another one. */
async function isPaired(stateDir: string | undefined): Promise<boolean> {
  if (stateDir === undefined || !existsSync(stateDir)) return false;
  const { directory } = await findStateDirectory(stateDir);
  return existsSync(join(directory, 'trust.json'));
}

/**
 * Access by the command line, `LANPEER_KEY` and `LANPEER_KEY_FILE`; where nothing is said, the devices that this one was
 * paired with. Throws `ERR_USAGE` or `ERR_ACCESS_REQUIRED`.
 */
export async function readAccess(
  args: AccessArguments & { readonly stateDir?: string | undefined },
  environment: NodeJS.ProcessEnv,
  warn: (text: string) => void = () => undefined,
): Promise<Access> {
  const { keyFiles, askKey: isAsked, allow, open: isOpen, trust: isTrust, deny } = args;
  const paired = { trust: 'first-use', ...(deny && { deny }) } as const;
  if (isTrust && (isOpen || keyFiles !== undefined || isAsked || allow !== undefined))
    throw new LanpeerError(
      'ERR_USAGE',
      '--trust lets in whom a person has accepted: it goes with none of --key-file, --ask-key, --allow and --open.',
    );
  if (isTrust) return paired;
  if (isOpen && (keyFiles !== undefined || isAsked || allow !== undefined))
    throw new LanpeerError(
      'ERR_USAGE',
      '--open lets every device in: it goes with none of --key-file, --ask-key and --allow.',
    );
  if (isOpen) return deny ? { open: true, deny } : 'open';
  const networkKey = await readNetworkKey(args, environment, warn);
  if (networkKey === undefined && !allow) {
    if (await isPaired(args.stateDir)) return paired;
    throw new LanpeerError(
      'ERR_ACCESS_REQUIRED',
      'Say who may connect: --key-file with a key from `lanpeer key`, --ask-key, the variable LANPEER_KEY_FILE, --allow ID, --trust for the devices that `lanpeer pair` has paired this one with, or --open. --deny ID only takes away from these.',
    );
  }
  return { ...(networkKey !== undefined && { networkKey }), ...(allow && { allow }), ...(deny && { deny }) };
}
