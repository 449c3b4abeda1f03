import type { CandidatePair } from '../../adapters/transport/port.ts';
import type { LanpeerErrorCode } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import type { Via } from '../../protocol/via.ts';
import { BoundedMap } from '../../util/bounded-map.ts';

/** A link that did not open. */
export interface LinkFailure {
  readonly via: Via;
  readonly code: LanpeerErrorCode;
  /** What was tried. */
  readonly pairs: readonly CandidatePair[];
  /** Monotonic, ms. */
  readonly at: number;
}

/** The last link with each peer that did not open, of the transports that try addresses. */
export class LinkFailures {
  readonly #last: Map<DeviceId, LinkFailure> = new BoundedMap(limits.peers.remembered);

  add(id: DeviceId, failure: LinkFailure): void {
    if (failure.pairs.length > 0) this.#last.set(id, failure);
  }

  of(id: DeviceId): LinkFailure | undefined {
    return this.#last.get(id);
  }
}
