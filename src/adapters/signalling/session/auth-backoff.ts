import type { Clock } from '../../../environment.ts';
import { limits } from '../../../limits.ts';
import type { DeviceId } from '../../../protocol/device-id.ts';
import type { RefusalCode } from '../../../protocol/greeting.ts';
import { BoundedMap } from '../../../util/bounded-map.ts';

interface Failures {
  /** Of the last one. */
  readonly code: RefusalCode;
  readonly count: number;
  /** Unknown network keys that were proven since the last refusal for them. */
  readonly unknownKeys: number;
  /** Monotonic time until which the peer is refused at once. */
  readonly until: number;
}

/**
 * Peers that failed to authenticate, by address and id: for a time that doubles with each failure they are refused with
 * the same code at once.
 */
export interface AuthBackoff {
  /** The code that such a peer is refused with now; undefined if it may authenticate. */
  activeRefusal(address: string, id: DeviceId): RefusalCode | undefined;
  recordFailure(address: string, id: DeviceId, code: RefusalCode): void;
  /**
   * The peer proved a network key that is none of this side's. It may have as many as a node may have, and tries one after
   * the other; this side may get the right one at any time. So nothing happens before that many, and then for a short time.
   */
  recordUnknownKey(address: string, id: DeviceId): void;
  forget(address: string, id: DeviceId): void;
  forgetAll(): void;
}

export function createAuthBackoff(clock: Clock): AuthBackoff {
  const entries = new BoundedMap<string, Failures>(limits.authBackoff.entries);
  const keyOf = (address: string, id: DeviceId): string => `${address} ${id}`;

  return {
    activeRefusal(address, id) {
      const entry = entries.get(keyOf(address, id));
      return entry && clock.monotonic() < entry.until ? entry.code : undefined;
    },
    recordFailure(address, id, code) {
      const key = keyOf(address, id);
      const { count: before = 0, unknownKeys = 0 } = entries.get(key) ?? {};
      const count = before + 1;
      const wait = Math.min(limits.authBackoff.capMs, limits.authBackoff.baseMs * 2 ** Math.min(count - 1, 30));
      entries.set(key, { code, count, unknownKeys, until: clock.monotonic() + wait });
    },
    recordUnknownKey(address, id) {
      const key = keyOf(address, id);
      const code = 'ERR_NETWORK_KEY';
      const before = entries.get(key) ?? { code, count: 0, unknownKeys: 0, until: Number.NEGATIVE_INFINITY };
      const unknownKeys = before.unknownKeys + 1;
      if (unknownKeys < limits.access.networkKeys) entries.set(key, { ...before, unknownKeys });
      else entries.set(key, { ...before, code, unknownKeys: 0, until: clock.monotonic() + limits.authBackoff.baseMs });
    },
    forget: (address, id) => void entries.delete(keyOf(address, id)),
    forgetAll: () => entries.clear(),
  };
}
