import { type KeyObject, randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../environment.ts';
import { LanpeerError } from '../../errors.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { deviceIdOfKey, formatPrivateKey, makeCertificate, makePrivateKey, parsePrivateKey } from './certificate.ts';
import { makePrivateDirectory, readIfThere, stateDirError, writeAtomically } from './files.ts';
import { takeLock } from './lock.ts';
import type { Identity, IdentityStore } from './port.ts';

export interface StateDirectoryOptions {
  readonly directory: string;
  readonly clock: Clock;
}

async function openKey(directory: string): Promise<KeyObject> {
  const path = join(directory, 'key.pem');
  const text = await readIfThere(path);
  if (text === undefined) {
    const key = makePrivateKey();
    await writeAtomically(path, formatPrivateKey(key));
    return key;
  }
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) {
    throw new LanpeerError('ERR_KEY_FILE', `Others may read the key file ${path}: make it private with chmod 600.`);
  }
  try {
    return parsePrivateKey(text);
  } catch (cause) {
    throw new LanpeerError(
      'ERR_KEY_FILE',
      `The key file ${path} is damaged. Restore it from a copy; without it this device gets a new id: remove it for that.`,
      { cause },
    );
  }
}

async function nextCounter(directory: string, now: number): Promise<number> {
  const path = join(directory, 'instance');
  const stored = Number((await readIfThere(path)) ?? 0);
  // A damaged counter counts as none: time alone is nearly always higher than the last one.
  const counter = Math.max((Number.isSafeInteger(stored) ? stored : 0) + 1, Math.floor(now));
  await writeAtomically(path, `${counter}\n`);
  return counter;
}

/**
 * The identity in a directory: `key.pem` (PKCS #8, 0600), `instance` (the start counter) and `lock`. Made when there is
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

  return {
    async open() {
      try {
        await makePrivateDirectory(directory);
        const unlock = await takeLock(join(directory, 'lock'), directory);
        try {
          return { ...(await openLocked()), release: unlock };
        } catch (thrown) {
          await unlock();
          throw thrown;
        }
      } catch (thrown) {
        throw stateDirError(directory, thrown);
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
