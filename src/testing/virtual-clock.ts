import type { Clock } from '../environment.ts';
import { optionError, timeoutOption } from '../validation/options.ts';

interface Timer {
  readonly due: number;
  readonly order: number;
  readonly fn: () => void;
}

/** A clock that stands still until it is moved. Nested timers fire at their own due time. */
export interface VirtualClock extends Clock {
  /** Moves time on by `ms` and fires what falls due, in order of due time, then of arming. */
  advance(ms: number): void;
  /** As {@link advance}, but whatever a timer sets going, promises among it, is done before the next one fires. */
  advanceAsync(ms: number): Promise<void>;
  /** Moves time to the next timer and fires it; false when there is none. */
  step(): boolean;
  /** Timers that are armed. */
  readonly pending: number;
}

/** A turn of the event loop: promises that wait for nothing else are settled after it. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Time that is not a number would stand still for ever. */
function forward(ms: number): number {
  if (timeoutOption('ms', ms) === Number.POSITIVE_INFINITY) throw optionError('ms: time does not end.');
  return ms;
}

/** @param epoch Wall clock, in ms, at virtual time 0. */
export function createVirtualClock(epoch = 1_700_000_000_000): VirtualClock {
  let now = 0;
  let count = 0;
  const timers = new Map<number, Timer>();

  function next(end: number): [number, Timer] | undefined {
    let best: [number, Timer] | undefined;
    for (const entry of timers) {
      const [, timer] = entry;
      if (timer.due > end) continue;
      if (!best || timer.due < best[1].due || (timer.due === best[1].due && timer.order < best[1].order)) best = entry;
    }
    return best;
  }

  function fire([id, timer]: [number, Timer]): void {
    timers.delete(id);
    now = Math.max(now, timer.due);
    timer.fn();
  }

  return {
    now: () => epoch + now,
    monotonic: () => now,
    setTimeout(fn, ms) {
      count += 1;
      timers.set(count, { due: now + Math.max(0, ms), order: count, fn });
      return count;
    },
    clearTimeout(id) {
      timers.delete(id as number);
    },
    get pending() {
      return timers.size;
    },
    step() {
      const entry = next(Number.POSITIVE_INFINITY);
      if (entry) fire(entry);
      return entry !== undefined;
    },
    advance(ms) {
      const end = now + forward(ms);
      for (let entry = next(end); entry; entry = next(end)) fire(entry);
      now = end;
    },
    async advanceAsync(ms) {
      const end = now + forward(ms);
      await turn();
      for (let entry = next(end); entry; entry = next(end)) {
        fire(entry);
        await turn();
      }
      now = end;
    },
  };
}
