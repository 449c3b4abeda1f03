import { join } from 'node:path';
import { stateDirectoryIdentity } from '../../src/adapters/identity/state-directory.ts';
import { createVirtualClock } from '../../src/testing/virtual-clock.ts';
import { newDirectory } from './directory.ts';

export async function openOnce(directory: string, at = createVirtualClock()) {
  const identity = await stateDirectoryIdentity({ directory, clock: at }).open();
  await identity.release();
  return identity;
}

/** A directory in which an identity was opened once. */
export async function makeUsedDirectory(): Promise<{
  readonly directory: string;
  readonly key: string;
  readonly id: string;
}> {
  const directory = newDirectory();
  const { id } = await openOnce(directory);
  return { directory, key: join(directory, 'key.pem'), id };
}
