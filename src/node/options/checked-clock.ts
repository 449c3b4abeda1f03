import { type Clock, type Random, systemClock } from '../../environment.ts';
import type { CallbackThrew } from '../monitoring/error-reporter.ts';

/** Time and chance of the program's own, for tests. Where they cannot be used, something that can is in their place. */

const isTime = (value: unknown): value is number => Number.isFinite(value);

function guardNow(clock: Clock, threw: CallbackThrew): () => number {
  const callback = 'clock.now';
  return () => {
    try {
      const value: unknown = clock.now();
      if (isTime(value)) return value;
      threw(callback, value, 'gave back what is not a finite number');
    } catch (thrown) {
      threw(callback, thrown);
    }
    return systemClock.now();
  };
}

/** Time goes on as on the machine's own clock from the last reading that could be used, and never back. */
function guardMonotonic(clock: Clock, threw: CallbackThrew): () => number {
  const callback = 'clock.monotonic';
  let last = 0;
  let systemAtLast = systemClock.monotonic();
  const take = (value: number): number => {
    last = value;
    systemAtLast = systemClock.monotonic();
    return value;
  };
  return () => {
    try {
      const value: unknown = clock.monotonic();
      if (isTime(value) && value >= last) return take(value);
      threw(callback, value, isTime(value) ? 'went back to' : 'gave back what is not a finite number');
      if (isTime(value)) return last;
    } catch (thrown) {
      threw(callback, thrown);
    }
    return take(last + systemClock.monotonic() - systemAtLast);
  };
}

export function guardClock(clock: Clock, threw: CallbackThrew): Clock {
  /** Timers of the machine's own that stand for those that could not be set. */
  const own = new Set<unknown>();

  function setOwn(fn: () => void, ms: number): unknown {
    const timer = systemClock.setTimeout(() => {
      own.delete(timer);
      fn();
    }, ms);
    own.add(timer);
    return timer;
  }

  return {
    now: guardNow(clock, threw),
    monotonic: guardMonotonic(clock, threw),
    setTimeout(fn, ms) {
      const callback = 'clock.setTimeout';
      let setting = true;
      let early = false;
      const fire = (): void => {
        if (setting) early = true;
        else fn();
      };
      try {
        const id = clock.setTimeout(fire, ms);
        if (!early) return id;
        // A caller that sets its timer again when it fires would never come to an end.
        threw(callback, ms, 'fired at once a timer of');
      } catch (thrown) {
        threw(callback, thrown);
      } finally {
        setting = false;
      }
      return setOwn(fn, ms);
    },
    clearTimeout(id) {
      if (own.delete(id)) {
        systemClock.clearTimeout(id);
        return;
      }
      try {
        clock.clearTimeout(id);
      } catch (thrown) {
        threw('clock.clearTimeout', thrown);
      }
    },
  };
}

/** What stands for a number that is none is the middle: as often too early as too late. */
export function guardRandom(random: Random, threw: CallbackThrew): Random {
  return () => {
    try {
      const value: unknown = random();
      if (typeof value === 'number' && value >= 0 && value < 1) return value;
      threw('random', value, 'gave back what is not a number from 0 up to, but not including, 1');
    } catch (thrown) {
      threw('random', thrown);
    }
    return 0.5;
  };
}
