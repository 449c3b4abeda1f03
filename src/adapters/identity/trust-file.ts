import type { Stats } from 'node:fs';
import { join } from 'node:path';
import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { formatTrust, noTrust, parseTrust, type TrustRecord } from '../../protocol/trust-record.ts';
import { describeThrown } from '../../util/thrown.ts';
import { isOurs, readIfThere, stateDirError, writeAtomically } from './files.ts';
import type { TrustStore } from './port.ts';

const repair =
  'Restore it from a copy, or remove it: then this device trusts no other, and each has to be paired again.';

const damaged = (message: string, cause?: unknown): LanpeerError =>
  new LanpeerError('ERR_TRUST_FILE', `${message} ${repair}`, cause === undefined ? {} : { cause });

/** A user that can write it decides whom this device trusts. */
function checkOwner(path: string, { mode, uid }: Stats): void {
  if (!isOurs({ uid })) throw damaged(`The file of trusted devices ${path} belongs to another user (${uid}).`);
  if (process.platform !== 'win32' && (mode & 0o022) !== 0)
    throw damaged(`Others may write to the file of trusted devices ${path}: look who is in it, then chmod 600.`);
}

async function read(path: string): Promise<TrustRecord> {
  let text: string | undefined;
  try {
    text = await readIfThere(path, (about) => checkOwner(path, about), limits.trust.fileBytes);
  } catch (cause) {
    if (cause instanceof LanpeerError) throw cause;
    throw damaged(`The file of trusted devices ${path} cannot be read: ${describeThrown(cause)}.`, cause);
  }
  if (text === undefined) return noTrust;
  const record = parseTrust(text);
  if (!record) throw damaged(`The file of trusted devices ${path} is damaged, or was edited.`);
  return record;
}

/** `trust.json` in a state directory (0600). */
export function trustFile(directory: string): TrustStore {
  const path = join(directory, 'trust.json');
  return {
    read: () => read(path),
    write: (record) =>
      writeAtomically(path, formatTrust(record)).catch((thrown: unknown) => {
        throw stateDirError(directory, thrown);
      }),
  };
}

/** The same in memory. */
export function memoryTrust(): TrustStore {
  let kept = noTrust;
  return {
    read: async () => kept,
    async write(record) {
      kept = record;
    },
  };
}
