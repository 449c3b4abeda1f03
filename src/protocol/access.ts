import type { DeviceId } from './device-id.ts';

/** Who may be a peer, as the local side decides it; what is required is never negotiated. */
export interface AccessPolicy {
  /** 32 bytes; the other side must prove that it holds the same. */
  readonly networkKey?: Uint8Array;
  /** Only these ids. */
  readonly allow?: ReadonlySet<DeviceId>;
}
