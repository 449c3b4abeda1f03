import type { Clock } from '../../../environment.ts';
import { limits } from '../../../limits.ts';
import type { DeviceId } from '../../../protocol/device-id.ts';
import type { RefusalCode } from '../../../protocol/greeting.ts';
import { BoundedMap } from '../../../util/bounded-map.ts';

interface Denial {
  readonly code: RefusalCode;
  readonly count: number;
  /** Other network keys that were proven since that was held against somebody. */
  readonly keys: number;
  readonly until: number;
}

/** Who failed to authenticate, by address and id: for a growing time the same answer is given without a look. */
export interface Denials {
  /** The code that is still due, or undefined. */
  due(address: string, id: DeviceId): RefusalCode | undefined;
  note(address: string, id: DeviceId, code: RefusalCode): void;
  /**
   * It proved a network key that is none of this side's. It may have as many as a node may have, and tries one after the
   * other; it may get the right one at any time. So nothing is due before that many, and then for a short time.
   */
  noteOtherKey(address: string, id: DeviceId): void;
  forget(address: string, id: DeviceId): void;
  forgetAll(): void;
}

export function createDenials(clock: Clock): Denials {
  const entries = new BoundedMap<string, Denial>(limits.denial.entries);
  const keyOf = (address: string, id: DeviceId): string => `${address} ${id}`;

  return {
    due(address, id) {
      const entry = entries.get(keyOf(address, id));
      return entry && clock.monotonic() < entry.until ? entry.code : undefined;
    },
    note(address, id, code) {
      const key = keyOf(address, id);
      const { count: before = 0, keys = 0 } = entries.get(key) ?? {};
      const count = before + 1;
      const wait = Math.min(limits.denial.capMs, limits.denial.baseMs * 2 ** Math.min(count - 1, 30));
      entries.set(key, { code, count, keys, until: clock.monotonic() + wait });
    },
    noteOtherKey(address, id) {
      const key = keyOf(address, id);
      const code = 'ERR_NETWORK_KEY';
      const before = entries.get(key) ?? { code, count: 0, keys: 0, until: Number.NEGATIVE_INFINITY };
      const keys = before.keys + 1;
      if (keys < limits.access.networkKeys) entries.set(key, { ...before, keys });
      else entries.set(key, { ...before, code, keys: 0, until: clock.monotonic() + limits.denial.baseMs });
    },
    forget: (address, id) => void entries.delete(keyOf(address, id)),
    forgetAll: () => entries.clear(),
  };
}
