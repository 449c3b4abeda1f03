import { resolve } from 'node:path';
import { findStateDirectory } from '../adapters/identity/find-state-directory.ts';
import { makeDeviceId, readDeviceId } from '../adapters/identity/state-directory.ts';
import { asLanpeerError, LanpeerError } from '../errors.ts';
import type { IdArguments } from './args/identity.ts';
import { warn } from './warn.ts';

async function print(id: string, { qr, json }: Pick<IdArguments, 'qr' | 'json'>): Promise<void> {
  process.stdout.write(json ? `${JSON.stringify({ event: 'id', id })}\n` : `${id}\n`);
  if (!qr) return;
  const { showQr } = await import('./qr.ts');
  showQr(id);
}

/**
 * Prints the id of the device whose state is there, and makes the identity if there is none yet. If the state is not in
 * the directory itself, says on standard error where.
 */
export async function printId({ stateDir, ...shown }: IdArguments): Promise<number> {
  const id = await readDeviceId(stateDir);
  const { directory, warning } = await findStateDirectory(stateDir);
  if (warning) warn(warning.message);
  else if (directory !== resolve(stateDir)) warn(`its state is in ${directory}`);
  await print(id, shown);
  return 0;
}

/** Makes a new identity there, prints its id, and says which one is over. */
export async function renewId({ stateDir, ...shown }: IdArguments): Promise<number> {
  const { id, former } = await makeDeviceId(stateDir).catch((thrown: unknown) => {
    const error = asLanpeerError(thrown, 'ERR_INTERNAL');
    if (error.code !== 'ERR_STATE_IN_USE') throw error;
    throw new LanpeerError(error.code, `A running node uses the state directory ${stateDir}: stop it first.`);
  });
  await print(id, shown);
  if (former !== undefined)
    warn(`this device is no longer ${former}: where that id was let in, let the new one in and shut the old one out.`);
  return 0;
}
