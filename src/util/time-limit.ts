import type { Clock } from '../environment.ts';

/** Ticks of a limit: time by which one comes late is not counted. */
const tickMs = 250;

/**
 * A time limit for what another process has to do. Time by which this process was late itself (a busy event loop, a
 * machine that slept) does not count.
 *
 * @param ms Milliseconds of a process that is on time.
 * @returns Ends it; nothing is called any more.
 */
export function startTimeLimit(clock: Clock, ms: number, over: () => void): () => void {
  let left = ms;
  let timer: unknown;

  function arm(): void {
    const tick = Math.min(left, tickMs);
    timer = clock.setTimeout(() => {
      left -= tick;
      if (left <= 0) over();
      else arm();
    }, tick);
  }

  arm();
  return () => clock.clearTimeout(timer);
}
