import type { Clock } from '../environment.ts';

/** What a look at the clocks shows. */
export interface WakeLook {
  /** The machine slept, or this process was stopped, since the last look. */
  readonly slept: boolean;
  /** Monotonic time that passed in excess of the interval, ms. */
  readonly lateMs: number;
}

/**
 * For a timer that looks every `everyMs`: notices that much more time has passed. While a machine is suspended its
 * monotonic clock goes on or stands still (Linux: CLOCK_MONOTONIC stands), so that the wall clock is looked at too. A wall
 * clock that is set forward looks the same; what follows from a sleep does no harm then.
 */
export function createWakeWatch(clock: Clock, everyMs: number, sleepMs: number): () => WakeLook {
  let at = clock.monotonic();
  let wall = clock.now();
  return () => {
    const passed = clock.monotonic() - at;
    const jumped = clock.now() - wall - passed;
    at += passed;
    wall += passed + jumped;
    const lateMs = passed - everyMs;
    return { slept: lateMs > sleepMs || jumped > sleepMs, lateMs };
  };
}
