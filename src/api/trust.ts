import type { Observable } from 'rxjs';
import type { DeviceId } from '../protocol/device-id.ts';

/** A device that this node lets in under `access: { trust: 'first-use' }`. */
export interface TrustedDevice {
  readonly id: DeviceId;
  /** That which it was given here, else what it announced when it was accepted; empty if neither is known. */
  readonly name: string;
  /** When it was accepted, ms since the epoch. */
  readonly at: number;
}

/** A device that has proven its id, is not trusted, and waits for a person. */
export interface PendingDevice {
  readonly id: DeviceId;
  /** What mDNS says that it is called, which proves nothing; null if it was not heard. */
  readonly name: string | null;
  /** Where it was met last. */
  readonly address: string;
  /** When it was met first, ms since the epoch. */
  readonly since: number;
  /** A trusted device of the same name: this one has another key, so it is not that device, whatever it says. */
  readonly sameNameAs: DeviceId | null;
}

export interface TrustOptions {
  /** A name of 1 to 63 bytes for this node's own lists; default: what the device announces. */
  readonly name?: string;
}

/** What another device needs to become a trusted one. */
export interface Invitation {
  /** For `pair`, or `lanpeer pair`, on the other device: a secret until it is claimed. */
  readonly text: string;
  /** For so long after it was made, ms. */
  readonly validMs: number;
  /**
   * Resolves with the id of the device that took it, once that is kept. Rejects with `ERR_INVITATION` when it expires or a
   * later one takes its place, `ERR_ABORTED` by its `signal`, `ERR_NOT_RUNNING` when the node stops, and as `trust` does.
   */
  readonly claimed: Promise<DeviceId>;
}

/** Who is let in under `access: { trust: 'first-use' }`. */
export interface TrustCalls {
  /** Trusted devices by id: current value first; empty before it completes, and while the node does not run. */
  readonly trusted$: Observable<ReadonlyMap<DeviceId, TrustedDevice>>;
  /**
   * Devices that wait to be trusted, by id: current value first. 64 at most, 16 of one address; one that has not proven its
   * id again for 10 minutes waits no more.
   */
  readonly pending$: Observable<ReadonlyMap<DeviceId, PendingDevice>>;
  /**
   * Lets a device in from now on, whether it waits or not, and also one that was revoked; with a `name` renames one that is
   * trusted already. It takes both sides: the other device has to trust this one as well. Resolves once it is kept in the
   * state directory. Rejects with `ERR_NOT_RUNNING`; `ERR_OPTION`, also under any other access; `ERR_TRUST_LIMIT`; and with
   * `ERR_STATE_DIR` where it cannot be kept: it then holds until the node stops.
   */
  trust(id: DeviceId, options?: TrustOptions): Promise<void>;
  /**
   * Lets a device in no more, whether it was trusted or waits: its connection is closed at once, and it stays out, also
   * after restarts and under any name, until `trust` is called for it. Resolves and rejects as {@link trust}.
   */
  revoke(id: DeviceId): Promise<void>;
  /**
   * 30 digits in six groups, which this device and that one show for each other and no other two do: who compares them, by
   * voice or side by side, knows that the id is the one of that device. Rejects with `ERR_OPTION` and `ERR_NOT_RUNNING`.
   */
  safetyNumber(id: DeviceId): Promise<string>;
  /**
   * An invitation to the device that takes it first, which this node trusts from then on; valid for ten minutes, one at a
   * time. Throws `ERR_NOT_RUNNING`, `ERR_OPTION`, `ERR_NO_ADDRESS`, or `ERR_ABORTED`.
   */
  invite(options?: { readonly signal?: AbortSignal }): Invitation;
  /**
   * Takes an invitation: proves its secret to the device that gave it, which proves it as well, and from then on both trust
   * each other. Resolves with the id of that device once there is a link and that is kept. Rejects with `ERR_INVITATION`
   * where the invitation is mistyped, expired, withdrawn or claimed by another device, which is not told apart (`ERR_NOT_TRUSTED` while its back-off lasts);
   * else as `connect` and `trust` do. A device that was revoked has to be trusted again before.
   */
  pair(invitation: string, options?: { readonly signal?: AbortSignal }): Promise<DeviceId>;
}
