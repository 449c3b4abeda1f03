import { createVirtualClock, type VirtualClock } from '../../src/testing/virtual-clock.ts';

/** Virtual time of a process whose timers come late, as those of a busy event loop do. */
export interface LateClock extends VirtualClock {
  /** So many milliseconds, from the next timer on. */
  lateMs: number;
}

export function createLateClock(lateMs = 0): LateClock {
  const clock = createVirtualClock();
  const late = { lateMs };
  return Object.assign(Object.create(clock) as LateClock, late, {
    setTimeout(this: LateClock, fn: () => void, ms: number) {
      return clock.setTimeout(fn, ms + this.lateMs);
    },
  });
}
