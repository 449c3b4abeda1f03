import { readDeviceId } from '../adapters/identity/state-directory.ts';

/** Prints the id of the device whose state is there, and makes the identity if there is none yet. */
export async function printId(stateDir: string): Promise<number> {
  process.stdout.write(`${await readDeviceId(stateDir)}\n`);
  return 0;
}
