import type { Device } from '../api/devices.ts';
import { type AccessPolicy, admits, mayWait } from './access.ts';
import { protocolVersion } from './greeting.ts';

/**
 * Why a device cannot become a peer, by what it announces: another version of the protocol; another network key, none
 * where this node has one, one where this node has none; it is not on the allow-list, or denied.
 */
export type Mismatch = 'version' | 'key' | 'keyless' | 'keyed' | 'unlisted' | 'denied';

/** Undefined if it may become a peer: devices of other networks, or of none, would refuse us, or we them. */
export function mismatchOf(
  { id, version, networkTag }: Pick<Device, 'id' | 'version' | 'networkTag'>,
  access: AccessPolicy,
  ownTags: readonly string[],
): Mismatch | undefined {
  if (version !== protocolVersion) return 'version';
  if (networkTag === null) {
    if (ownTags.length > 0) return 'keyless';
  } else if (!ownTags.includes(networkTag)) return ownTags.length === 0 ? 'keyed' : 'key';
  // Nobody could trust a device that was never met.
  if (admits(access, id) || mayWait(access, id)) return undefined;
  return access.deny?.has(id) ? 'denied' : 'unlisted';
}
