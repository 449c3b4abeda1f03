import { resolve } from 'node:path';
import { findStateDirectory } from '../adapters/identity/find-state-directory.ts';
import { makeDeviceId, readDeviceId } from '../adapters/identity/state-directory.ts';
import { asLanpeerError, LanpeerError } from '../errors.ts';
import { warn } from './warn.ts';

/**
 * Prints the id of the device whose state is there, and makes the identity if there is none yet. If the state is not in
 * the directory itself, says on standard error where.
 */
export async function printId(stateDir: string): Promise<number> {
  const id = await readDeviceId(stateDir);
  const { directory, warning } = await findStateDirectory(stateDir);
  if (warning) warn(warning.message);
  else if (directory !== resolve(stateDir)) warn(`its state is in ${directory}`);
  process.stdout.write(`${id}\n`);
  return 0;
}

/** Makes a new identity there, prints its id, and says which one is over. */
export async function renewId(stateDir: string): Promise<number> {
  const { id, former } = await makeDeviceId(stateDir).catch((thrown: unknown) => {
    const error = asLanpeerError(thrown, 'ERR_INTERNAL');
    if (error.code !== 'ERR_STATE_IN_USE') throw error;
    throw new LanpeerError(error.code, `A running node uses the state directory ${stateDir}: stop it first.`);
  });
  process.stdout.write(`${id}\n`);
  if (former !== undefined)
    warn(`this device is no longer ${former}: where that id was let in, let the new one in and shut the old one out.`);
  return 0;
}
