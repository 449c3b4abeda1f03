import type { Clock } from '../environment.ts';

export interface Stall {
  /** Something came. */
  readonly heard: () => void;
  readonly end: () => void;
}

/** Calls back, once, when nothing was heard for that time. Any number of calls of `heard` cost no timer. */
export function watchStall(clock: Clock, ms: number, over: () => void): Stall {
  let heardAt = clock.monotonic();
  let timer: unknown;
  const arm = (left: number): void => {
    timer = clock.setTimeout(() => {
      const silentMs = clock.monotonic() - heardAt;
      if (silentMs >= ms) over();
      else arm(ms - silentMs);
    }, left);
  };
  if (ms < Number.POSITIVE_INFINITY) arm(ms);
  return {
    heard: () => {
      heardAt = clock.monotonic();
    },
    end: () => clock.clearTimeout(timer),
  };
}
