import { readFile } from 'node:fs/promises';
import type { Access } from '../api.ts';
import { LanpeerError } from '../errors.ts';
import { describeThrown } from '../thrown.ts';
import type { RunArguments } from './args/run.ts';

async function readKey(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    const detail = describeThrown(cause);
    throw new LanpeerError('ERR_USAGE', `--key-file: ${detail}`, { cause });
  }
}

/** Who may become a peer, as the command line and `LANPEER_KEY` say. Throws `ERR_USAGE` or `ERR_ACCESS_REQUIRED`. */
export async function readAccess(
  args: Pick<RunArguments, 'keyFile' | 'allow' | 'open'>,
  environment: NodeJS.ProcessEnv,
): Promise<Access> {
  const { keyFile, allow, open } = args;
  if (open && (keyFile !== undefined || allow !== undefined))
    throw new LanpeerError('ERR_USAGE', '--open lets everybody in: it goes neither with --key-file nor with --allow.');
  if (open) return 'open';
  // An empty variable is one that is not set; an empty file is a damaged key, and must not pass for none.
  const networkKey = keyFile === undefined ? environment['LANPEER_KEY']?.trim() || undefined : await readKey(keyFile);
  if (networkKey === undefined && !allow) {
    throw new LanpeerError(
      'ERR_ACCESS_REQUIRED',
      'Say who may connect: --key-file with a key from `lanpeer key`, --allow ID, both, or --open.',
    );
  }
  return { ...(networkKey !== undefined && { networkKey }), ...(allow && { allow }) };
}
