import type { LanpeerError } from '../../errors.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import type { Incarnation } from '../../protocol/incarnation.ts';
import type { TrustRecord } from '../../protocol/trust-record.ts';

/** Keeps whom a device trusts. */
export interface TrustStore {
  /** What was written last, nobody if nothing was. Rejects with `ERR_TRUST_FILE` where that is not known for certain. */
  read(): Promise<TrustRecord>;
  /** Replaces it, as a whole. Rejects with `ERR_STATE_DIR`; what was there before is then there still. */
  write(record: TrustRecord): Promise<void>;
}

/** The identity of a node, for one run. */
export interface Identity {
  readonly id: DeviceId;
  /** PKCS #8 PEM of the Ed25519 key. */
  readonly privateKeyPem: string;
  /** Self-signed X.509 certificate (PEM) over that key. */
  readonly certificatePem: string;
  readonly incarnation: Incarnation;
  /** Missing where nothing is kept over runs. */
  readonly trust?: TrustStore;
  /** Faults that end nothing, for the owner to know. */
  readonly warnings?: readonly LanpeerError[];
  /** Gives up the lock on the state, if there is one. Idempotent. */
  release(): Promise<void>;
}

/** Opens an identity. Rejects with `ERR_STATE_DIR`, `ERR_STATE_IN_USE` or `ERR_KEY_FILE` and leaves nothing behind. */
export interface IdentityStore {
  open(): Promise<Identity>;
}
