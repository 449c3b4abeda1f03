import { type KeyObject, randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../environment.ts';
import { LanpeerError } from '../../errors.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { describeThrown } from '../../util/thrown.ts';
import { deviceIdOfKey, formatPrivateKey, makeCertificate, makePrivateKey, parsePrivateKey } from './certificate.ts';
import {
  createAtomically,
  isOpenToOthers,
  isOurs,
  readIfThere,
  readOwn,
  stateDirError,
  writeAtomically,
} from './files.ts';
import { findStateDirectory, makeStateDirectory } from './find-state-directory.ts';
import { takeLock } from './lock.ts';
import type { Identity, IdentityStore } from './port.ts';
import { trustFile } from './trust-file.ts';

export interface StateDirectoryOptions {
  /** Where the state is to be: itself, or a directory `lanpeer` inside it if others may look into it. */
  readonly directory: string;
  readonly clock: Clock;
}

const repair =
  'Restore it from a copy, or name another directory if it belongs to another program. Without it this device gets a new id.';

/** A user that put the key there, or may read it, can act as this device. */
function checkKeyFile(path: string, { mode, uid }: Stats): void {
  if (!isOurs({ uid }))
    throw new LanpeerError(
      'ERR_KEY_FILE',
      `The key file ${path} belongs to another user (${uid}), who knows the key: run as that user, give the file to this one with chown if that is so, or choose another state directory.`,
    );
  if (isOpenToOthers(mode))
    throw new LanpeerError(
      'ERR_KEY_FILE',
      `Others may read the key file ${path}: make it private with chmod 600, or keep it on a file system that has modes.`,
    );
}

async function readKey(path: string): Promise<KeyObject | undefined> {
  let text: string | undefined;
  try {
    text = await readIfThere(path, (about) => checkKeyFile(path, about));
  } catch (cause) {
    if (cause instanceof LanpeerError) throw cause;
    const detail = describeThrown(cause);
    throw new LanpeerError('ERR_KEY_FILE', `The key file ${path} cannot be read: ${detail}. ${repair}`, { cause });
  }
  if (text === undefined) return undefined;
  try {
    return parsePrivateKey(text);
  } catch (cause) {
    throw new LanpeerError('ERR_KEY_FILE', `The key file ${path} is damaged, or not lanpeer's. ${repair}`, { cause });
  }
}

async function openKey(directory: string): Promise<KeyObject> {
  const path = join(directory, 'key.pem');
  const key = await readKey(path);
  if (key) return key;
  const made = makePrivateKey();
  if (await createAtomically(path, formatPrivateKey(made))) return made;
  // Another process was faster: its key is the one of this device.
  return (await readKey(path)) ?? made;
}

/** The counter never comes near the end of the whole numbers, not even by a clock that is far ahead. */
const highestCounter = 2 ** 52;

async function nextCounter(directory: string, now: number): Promise<number> {
  const path = join(directory, 'instance');
  const stored = Number((await readOwn(path)) ?? 0);
  // A damaged counter counts as none: time alone is nearly always higher than the last one.
  const known = Number.isSafeInteger(stored) && stored > 0 && stored < highestCounter ? stored : 0;
  const counter = Math.max(known + 1, Math.floor(now));
  await writeAtomically(path, `${counter}\n`);
  return counter;
}

/**
 * The identity in a directory: `key.pem` (PKCS #8, 0600), `instance` (the start counter) and the lock. Made when there is
 * none yet. One node at a time. {@link findState} says which directory that is.
 */
export function stateDirectoryIdentity({ directory: named, clock }: StateDirectoryOptions): IdentityStore {
  async function openLocked(directory: string): Promise<Omit<Identity, 'release' | 'warnings'>> {
    const key = await openKey(directory);
    return {
      id: deviceIdOfKey(key),
      privateKeyPem: formatPrivateKey(key),
      certificatePem: makeCertificate(key),
      trust: trustFile(directory),
      incarnation: { counter: await nextCounter(directory, clock.now()), random: randomBytes(8).toString('hex') },
    };
  }

  function failed(thrown: unknown): never {
    throw stateDirError(named, thrown);
  }

  return {
    async open() {
      try {
        const { directory, warning } = await makeStateDirectory(named);
        const unlock = await takeLock(directory);
        try {
          const opened = await openLocked(directory);
          return { ...opened, ...(warning && { warnings: [warning] }), release: () => unlock().catch(failed) };
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

/** The id in a directory, also while a node uses it; null if there is none that can be read. Makes nothing, never rejects. */
export async function knownDeviceId(named: string): Promise<DeviceId | null> {
  try {
    const { directory } = await findStateDirectory(named);
    const key = await readKey(join(directory, 'key.pem'));
    return key ? deviceIdOfKey(key) : null;
  } catch {
    return null;
  }
}

/**
 * The id in a directory, also while a node uses it: the lock is not touched. Makes the key if there is none yet. Rejects
 * as `open` does.
 */
export async function readDeviceId(named: string): Promise<DeviceId> {
  try {
    const { directory } = await makeStateDirectory(named);
    return deviceIdOfKey(await openKey(directory));
  } catch (thrown) {
    throw stateDirError(named, thrown);
  }
}

/**
 * Makes a new identity in a directory that no node uses: the remedy when a copy of the directory is in other hands. The
 * key before is gone for good; `former` is its id, unless there was none or it was damaged. Rejects as `open` does.
 */
export async function makeDeviceId(named: string): Promise<{ readonly id: DeviceId; readonly former?: DeviceId }> {
  try {
    const { directory } = await makeStateDirectory(named);
    const unlock = await takeLock(directory);
    try {
      const path = join(directory, 'key.pem');
      // Whatever is wrong with the old one is over with it.
      const old = await readIfThere(path)
        .then((text) => text && deviceIdOfKey(parsePrivateKey(text)))
        .catch(() => undefined);
      const key = makePrivateKey();
      await writeAtomically(path, formatPrivateKey(key));
      return { id: deviceIdOfKey(key), ...(old && { former: old }) };
    } finally {
      await unlock();
    }
  } catch (thrown) {
    throw stateDirError(named, thrown);
  }
}
