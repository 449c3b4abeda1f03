import { resolve } from 'node:path';
import { readDeviceId } from '../adapters/identity/state-directory.ts';
import { findState } from '../adapters/identity/state-place.ts';

/**
 * Prints the id of the device whose state is there, and makes the identity if there is none yet. If the state is not in
 * the directory itself, says on standard error where.
 */
export async function printId(stateDir: string): Promise<number> {
  const id = await readDeviceId(stateDir);
  const { directory, warning } = await findState(stateDir);
  if (warning) process.stderr.write(`lanpeer: ${warning.message}\n`);
  else if (directory !== resolve(stateDir)) process.stderr.write(`lanpeer: its state is in ${directory}\n`);
  process.stdout.write(`${id}\n`);
  return 0;
}
