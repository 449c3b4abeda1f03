import type { Clock } from '../../environment.ts';
import { limits } from '../../limits.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import type { RefusalCode } from '../../protocol/greeting.ts';

interface Denial {
  readonly code: RefusalCode;
  readonly count: number;
  /** Failures since it was held against them last. */
  readonly free: number;
  readonly until: number;
}

/** Who failed to authenticate, by address and id: for a growing time the same answer is given without a look. */
export interface Denials {
  /** The code that is still due, or undefined. */
  due(address: string, id: DeviceId): RefusalCode | undefined;
  /** @param each Only every so many failures are held against them: who holds several keys tries one after the other. */
  note(address: string, id: DeviceId, code: RefusalCode, each?: number): void;
  forget(address: string, id: DeviceId): void;
  forgetAll(): void;
}

export function createDenials(clock: Clock): Denials {
  const entries = new Map<string, Denial>();
  const keyOf = (address: string, id: DeviceId): string => `${address} ${id}`;
  return {
    due(address, id) {
      const entry = entries.get(keyOf(address, id));
      return entry && clock.monotonic() < entry.until ? entry.code : undefined;
    },
    note(address, id, code, each = 1) {
      const key = keyOf(address, id);
      const before = entries.get(key) ?? { count: 0, free: 0, until: 0 };
      const free = before.free + 1;
      const count = before.count + 1;
      const wait = Math.min(limits.denial.capMs, limits.denial.baseMs * 2 ** Math.min(count - 1, 30));
      entries.delete(key);
      entries.set(
        key,
        free < each ? { ...before, code, free } : { code, count, free: 0, until: clock.monotonic() + wait },
      );
      const [oldest] = entries.keys();
      if (oldest !== undefined && entries.size > limits.denial.entries) entries.delete(oldest);
    },
    forget: (address, id) => void entries.delete(keyOf(address, id)),
    forgetAll: () => entries.clear(),
  };
}
