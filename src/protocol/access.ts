import { timingSafeEqual } from 'node:crypto';
import type { DeviceId } from './device-id.ts';
import { networkTag } from './network-key.ts';

/** An invitation that this side gave. */
export interface OpenInvitation {
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** A device has proven it. True for the first one, and for that one alone, which is trusted from then on. */
  claim(id: DeviceId): boolean;
}

/** An invitation that this side takes. */
export interface TakenInvitation {
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** The device that gave it has proven it as well, and is trusted from then on. */
  accept(): void;
}

/** Who may be a peer, as the local side decides it; what is required is never negotiated. */
export interface AccessPolicy {
  /**
   * 32 bytes; the other side must prove that it holds the same. Of several the first is announced and proven, and the
   * others are accepted as well.
   */
  readonly networkKey?: Uint8Array | readonly Uint8Array[];
  /** Only these ids. */
  readonly allow?: ReadonlySet<DeviceId>;
  /** Those that are not among them may wait for somebody to trust them, and are refused with `ERR_NOT_TRUSTED`. */
  readonly firstUse?: boolean;
  readonly invitation?: OpenInvitation;
  /** By the ids of the devices that gave them. */
  readonly invited?: ReadonlyMap<DeviceId, TakenInvitation>;
  /** None of these, whatever they prove. */
  readonly deny?: ReadonlySet<DeviceId>;
}

/** True if the policy lets that id in, as far as ids go. */
export const admits = ({ allow, deny, firstUse = false }: AccessPolicy, id: DeviceId): boolean =>
  (allow ? allow.has(id) : !firstUse) && !deny?.has(id);

/** True for a device that is not let in now, and would be as soon as somebody trusts it. */
export const mayWait = (policy: AccessPolicy, id: DeviceId): boolean =>
  policy.firstUse === true && !policy.deny?.has(id) && !admits(policy, id);

/** True for a device that an invitation may make a trusted one, also once more. A denied one stays out. */
export const mayPair = ({ firstUse = false, deny }: AccessPolicy, id: DeviceId): boolean => firstUse && !deny?.has(id);

/** The network keys of a policy, the one that is announced first; none where no key is required. */
export function networkKeysOf({ networkKey }: AccessPolicy): readonly Uint8Array[] {
  if (networkKey === undefined) return [];
  return networkKey instanceof Uint8Array ? [networkKey] : networkKey;
}

/** The tags of its network keys, in their order. */
export const networkTagsOf = (policy: AccessPolicy): readonly string[] => networkKeysOf(policy).map(networkTag);

/** True if the policy takes that key as proof, or asks for none. */
export function acceptsKey(policy: AccessPolicy, proven: Uint8Array | undefined): boolean {
  const keys = networkKeysOf(policy);
  if (keys.length === 0) return true;
  return proven !== undefined && keys.some((key) => timingSafeEqual(key, proven));
}

/** A session as access looks at it. */
export interface Admitted {
  readonly remoteId: DeviceId;
  /** The network key that both sides proved. */
  readonly networkKey?: Uint8Array;
}

export type Objection = 'ERR_NOT_ALLOWED' | 'ERR_NOT_TRUSTED' | 'ERR_NETWORK_KEY';

/** The same, as far as ids go. */
export function objectionToId(policy: AccessPolicy, id: DeviceId): Objection | undefined {
  if (admits(policy, id)) return undefined;
  return mayWait(policy, id) ? 'ERR_NOT_TRUSTED' : 'ERR_NOT_ALLOWED';
}

/** Why the policy would not let that session come to be; undefined if it would. */
export function objectionTo(policy: AccessPolicy, { remoteId, networkKey }: Admitted): Objection | undefined {
  const code = objectionToId(policy, remoteId);
  if (code) return code;
  return acceptsKey(policy, networkKey) ? undefined : 'ERR_NETWORK_KEY';
}
