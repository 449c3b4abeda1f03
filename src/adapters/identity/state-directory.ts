import { type KeyObject, randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../environment.ts';
import { LanpeerError } from '../../errors.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { deviceIdOfKey, formatPrivateKey, makeCertificate, makePrivateKey, parsePrivateKey } from './certificate.ts';
import {
  createAtomically,
  isOpenToOthers,
  makePrivateDirectory,
  readIfThere,
  stateDirError,
  writeAtomically,
} from './files.ts';
import { takeLock } from './lock.ts';
import type { Identity, IdentityStore } from './port.ts';

export interface StateDirectoryOptions {
  readonly directory: string;
  readonly clock: Clock;
}

const repair = 'Restore it from a copy; without it this device gets a new id: remove it for that.';

async function readKey(path: string): Promise<KeyObject | undefined> {
  let text: string | undefined;
  try {
    text = await readIfThere(path);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new LanpeerError('ERR_KEY_FILE', `The key file ${path} cannot be read: ${detail}. ${repair}`, { cause });
  }
  if (text === undefined) return undefined;
  if (isOpenToOthers((await stat(path)).mode)) {
    throw new LanpeerError('ERR_KEY_FILE', `Others may read the key file ${path}: make it private with chmod 600.`);
  }
  try {
    return parsePrivateKey(text);
  } catch (cause) {
    throw new LanpeerError('ERR_KEY_FILE', `The key file ${path} is damaged. ${repair}`, { cause });
  }
}

async function openKey(directory: string): Promise<KeyObject> {
  const path = join(directory, 'key.pem');
  const key = await readKey(path);
  if (key) return key;
  const made = makePrivateKey();
  if (await createAtomically(path, formatPrivateKey(made))) return made;
  // The key of whoever was faster is the one of this device.
  return (await readKey(path)) ?? made;
}

/** The counter never comes near the end of the whole numbers, not even by a clock that is far ahead. */
const highestCounter = 2 ** 52;

async function nextCounter(directory: string, now: number): Promise<number> {
  const path = join(directory, 'instance');
  const stored = Number((await readIfThere(path)) ?? 0);
  // A damaged counter counts as none: time alone is nearly always higher than the last one.
  const known = Number.isSafeInteger(stored) && stored > 0 && stored < highestCounter ? stored : 0;
  const counter = Math.max(known + 1, Math.floor(now));
  await writeAtomically(path, `${counter}\n`);
  return counter;
}

/**
 * The identity in a directory: `key.pem` (PKCS #8, 0600), `instance` (the start counter) and the lock. Made when there is
 * none yet. One node at a time.
 */
export function stateDirectoryIdentity({ directory, clock }: StateDirectoryOptions): IdentityStore {
  async function openLocked(): Promise<Omit<Identity, 'release'>> {
    const key = await openKey(directory);
    return {
      id: deviceIdOfKey(key),
      privateKeyPem: formatPrivateKey(key),
      certificatePem: await makeCertificate(key),
      instance: { counter: await nextCounter(directory, clock.now()), random: randomBytes(8).toString('hex') },
    };
  }

  function failed(thrown: unknown): never {
    throw stateDirError(directory, thrown);
  }

  return {
    async open() {
      try {
        await makePrivateDirectory(directory);
        const unlock = await takeLock(directory);
        try {
          return { ...(await openLocked()), release: () => unlock().catch(failed) };
        } catch (thrown) {
          await unlock();
          throw thrown;
        }
      } catch (thrown) {
        return failed(thrown);
      }
    },
  };
}

/** The id in a directory, also while a node uses it; makes the key if there is none yet. Rejects as `open` does. */
export async function readDeviceId(directory: string): Promise<DeviceId> {
  try {
    await makePrivateDirectory(directory);
    return deviceIdOfKey(await openKey(directory));
  } catch (thrown) {
    throw stateDirError(directory, thrown);
  }
}
