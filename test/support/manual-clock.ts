import type { Clock } from '../../src/environment.ts';

/** A clock on which time never passes: each timer fires when, and only when, it is told to. */
export interface ManualClock extends Clock {
  /** Fires the oldest timer that was armed with that delay, in ms; false when there is none. */
  fire(ms: number): boolean;
  /** Delays of the armed timers, in ms, smallest first. */
  readonly armed: readonly number[];
}

export function createManualClock(): ManualClock {
  const timers = new Map<number, { readonly ms: number; readonly fn: () => void }>();
  let count = 0;
  return {
    now: () => 1_700_000_000_000,
    monotonic: () => 0,
    setTimeout(fn, ms) {
      count += 1;
      timers.set(count, { ms, fn });
      return count;
    },
    clearTimeout: (id) => void timers.delete(id as number),
    fire(ms) {
      const found = [...timers].find(([, timer]) => timer.ms === ms);
      if (!found) return false;
      timers.delete(found[0]);
      found[1].fn();
      return true;
    },
    get armed() {
      return [...timers.values()].map(({ ms }) => ms).sort((a, b) => a - b);
    },
  };
}
