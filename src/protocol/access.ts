import type { DeviceId } from './device-id.ts';

/** Who may be a peer, as the local side decides it; what is required is never negotiated. */
export interface AccessPolicy {
  /** 32 bytes; the other side must prove that it holds the same. */
  readonly networkKey?: Uint8Array;
  /** Only these ids. */
  readonly allow?: ReadonlySet<DeviceId>;
  /** None of these, whatever they prove. */
  readonly deny?: ReadonlySet<DeviceId>;
}

/** True if the policy lets that id in, as far as ids go. */
export const admits = ({ allow, deny }: AccessPolicy, id: DeviceId): boolean =>
  (!allow || allow.has(id)) && !deny?.has(id);
