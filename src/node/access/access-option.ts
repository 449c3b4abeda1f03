import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { AccessPolicy } from '../../protocol/access.ts';
import { type DeviceId, isDeviceId } from '../../protocol/device-id.ts';
import { parseNetworkKey } from '../../protocol/network-key.ts';
import { describe } from '../../validation/describe.ts';
import { booleanOption, listOption, optionError, readOptions } from '../../validation/options.ts';

const accessNames = ['open', 'networkKey', 'allow', 'deny', 'trust'] as const;

const kindOf = (value: unknown): string => (value === null ? 'null' : `a ${typeof value}`);

/** The option `access`. Throws `ERR_ACCESS_REQUIRED`, `ERR_NETWORK_KEY_FORMAT` or `ERR_OPTION`. */
export function parseAccess(access: unknown): AccessPolicy {
  if (access === undefined) throw new LanpeerError('ERR_ACCESS_REQUIRED');
  if (access === 'open') return {};
  // It may be a key or a passphrase: no message shows it.
  if (typeof access !== 'object' || access === null)
    throw optionError(
      `access: it is neither 'open' nor an object with networkKey, allow or both, but ${kindOf(access)}.`,
    );
  const { open = false, networkKey, allow, deny, trust } = readOptions('access', access, accessNames);
  if (booleanOption('access.open', open) && (networkKey !== undefined || allow !== undefined))
    throw optionError('access.open: it lets every device in, so it goes neither with networkKey nor with allow.');
  if (trust !== undefined) checkTrust(trust, open === true || networkKey !== undefined || allow !== undefined);
  else if (!open && networkKey === undefined && allow === undefined) throw new LanpeerError('ERR_ACCESS_REQUIRED');
  return {
    ...(trust !== undefined && { firstUse: true }),
    ...(networkKey !== undefined && { networkKey: parseKeys(networkKey) }),
    ...(allow !== undefined && { allow: parseIds('access.allow', allow) }),
    ...(deny !== undefined && { deny: parseIds('access.deny', deny) }),
  };
}

function checkTrust(trust: unknown, hasOther: boolean): void {
  if (trust !== 'first-use') throw optionError(`access.trust: ${describe(trust)} is not 'first-use'.`);
  if (hasOther)
    throw optionError('access.trust: it decides alone who comes in, so it goes with no open, networkKey or allow.');
}

/** One that comes twice counts once. No message shows one. */
function parseKeys(value: unknown): readonly Uint8Array[] {
  const { networkKeys: most } = limits.access;
  if (typeof value !== 'object' || value === null) return [parseNetworkKey(value as string)];
  const keys = new Map<string, Uint8Array>();
  for (const text of itemsOf(value)) {
    const key = parseNetworkKey(text as string);
    keys.set(Buffer.from(key).toString('hex'), key);
  }
  if (keys.size === 0) throw optionError('access.networkKey: an empty list lets no device in.');
  if (keys.size > most) throw optionError(`access.networkKey: it has ${keys.size} keys; a node takes at most ${most}.`);
  return [...keys.values()];
}

function itemsOf(value: object): readonly unknown[] {
  try {
    return listOption('access.networkKey', value, 'a list of keys');
  } catch (cause) {
    throw optionError('access.networkKey: it is neither a key nor a list of keys that can be read.', cause);
  }
}

function parseIds(name: string, value: unknown): ReadonlySet<DeviceId> {
  const ids = new Set<DeviceId>();
  for (const id of listOption(name, value, 'a list of device ids')) {
    if (!isDeviceId(id)) throw optionError(`${name}: ${describe(id)} is not a device id (52 characters of base32).`);
    ids.add(id);
  }
  return ids;
}
