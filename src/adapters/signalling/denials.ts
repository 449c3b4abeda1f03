import type { Clock } from '../../environment.ts';
import { limits } from '../../limits.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import type { RefusalCode } from '../../protocol/greeting.ts';

interface Denial {
  readonly code: RefusalCode;
  readonly count: number;
  readonly until: number;
}

/** Who failed to authenticate, by address and id: for a growing time the same answer is given without a look. */
export interface Denials {
  /** The code that is still due, or undefined. */
  due(address: string, id: DeviceId): RefusalCode | undefined;
  note(address: string, id: DeviceId, code: RefusalCode): void;
  forget(address: string, id: DeviceId): void;
}

export function createDenials(clock: Clock): Denials {
  const entries = new Map<string, Denial>();
  const keyOf = (address: string, id: DeviceId): string => `${address} ${id}`;
  return {
    due(address, id) {
      const entry = entries.get(keyOf(address, id));
      return entry && clock.monotonic() < entry.until ? entry.code : undefined;
    },
    note(address, id, code) {
      const key = keyOf(address, id);
      const count = (entries.get(key)?.count ?? 0) + 1;
      const wait = Math.min(limits.denial.capMs, limits.denial.baseMs * 2 ** Math.min(count - 1, 30));
      entries.delete(key);
      entries.set(key, { code, count, until: clock.monotonic() + wait });
      const [oldest] = entries.keys();
      if (oldest !== undefined && entries.size > limits.denial.entries) entries.delete(oldest);
    },
    forget: (address, id) => void entries.delete(keyOf(address, id)),
  };
}
