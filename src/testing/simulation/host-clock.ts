import type { Clock } from '../../environment.ts';

/** The time of one host, which can stand still, jump, or run through a slow event loop. */
export interface HostClock extends Clock {
  /** Nothing runs any more. While a `suspended` host sleeps its monotonic clock stands; that of a `stopped` process goes on. */
  freeze(how: 'suspended' | 'stopped'): void;
  /** What fell due meanwhile runs now. */
  thaw(): void;
  readonly frozen: boolean;
  /** The wall clock is set. */
  jump(ms: number): void;
  /** Every timer is late by up to so much. */
  slow(ms: number): void;
  /** The process is dead: its timers never fire. */
  stop(): void;
  /** Timers that are armed. */
  readonly pending: number;
}

interface Timer {
  readonly fn: () => void;
  /** By this host's monotonic clock. */
  due: number;
  armed: unknown;
}

/** @param random For how late a timer of a slow loop is. */
export function createHostClock(base: Clock, random: () => number): HostClock {
  const timers = new Map<number, Timer>();
  let count = 0;
  let suspendedMs = 0;
  let frozenAt: number | undefined;
  let suspended = false;
  let skewMs = 0;
  let slowMs = 0;
  let dead = false;

  const monotonic = (): number => (suspended && frozenAt !== undefined ? frozenAt : base.monotonic()) - suspendedMs;

  function arm(id: number, timer: Timer): void {
    timer.armed = base.setTimeout(
      () => {
        timers.delete(id);
        timer.fn();
      },
      Math.max(0, timer.due - monotonic()) + slowMs * random(),
    );
  }

  return {
    now: () => base.now() + skewMs,
    monotonic,
    setTimeout(fn, ms) {
      count += 1;
      const timer: Timer = { fn, due: monotonic() + Math.max(0, ms), armed: undefined };
      if (dead) return count;
      timers.set(count, timer);
      if (frozenAt === undefined) arm(count, timer);
      return count;
    },
    clearTimeout(id) {
      const timer = timers.get(id as number);
      if (!timer) return;
      timers.delete(id as number);
      base.clearTimeout(timer.armed);
    },
    freeze(how) {
      frozenAt = base.monotonic();
      suspended = how === 'suspended';
      for (const { armed } of timers.values()) base.clearTimeout(armed);
    },
    thaw() {
      if (frozenAt === undefined) return;
      if (suspended) suspendedMs += base.monotonic() - frozenAt;
      frozenAt = undefined;
      suspended = false;
      for (const [id, timer] of [...timers].sort(([, x], [, y]) => x.due - y.due)) arm(id, timer);
    },
    get frozen() {
      return frozenAt !== undefined;
    },
    jump(ms) {
      skewMs += ms;
    },
    slow(ms) {
      slowMs = ms;
    },
    stop() {
      dead = true;
      for (const { armed } of timers.values()) base.clearTimeout(armed);
      timers.clear();
    },
    get pending() {
      return timers.size;
    },
  };
}
