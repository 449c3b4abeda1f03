import type { Clock } from '../environment.ts';
import { createWakeWatch } from './wake.ts';

export interface Poll {
  /** Monotonic time without that in which the machine slept, ms. */
  awake(): number;
  stop(): void;
}

export interface PollOptions {
  readonly clock: Clock;
  readonly everyMs: number;
  /** A machine that is late by more than that was asleep, ms. */
  readonly sleepMs: number;
  /** Called every `everyMs`; `slept` if the machine slept since the time before. */
  readonly poll: (slept: boolean) => void;
}

/** Looks at something of the machine again and again, and notices when the machine slept. */
export function startPoll({ clock, everyMs, sleepMs, poll }: PollOptions): Poll {
  const wake = createWakeWatch(clock, everyMs, sleepMs);
  let slept = false;
  let asleepMs = 0;
  let stopped = false;
  let timer = clock.setTimeout(run, everyMs);

  /** What comes between two polls may notice the sleep before the next poll does. */
  function awake(): number {
    const look = wake();
    if (look.slept) {
      asleepMs += Math.max(0, look.lateMs);
      slept = true;
    }
    return clock.monotonic() - asleepMs;
  }

  function run(): void {
    awake();
    const woke = slept;
    slept = false;
    poll(woke);
    if (!stopped) timer = clock.setTimeout(run, everyMs);
  }

  return {
    awake,
    stop() {
      stopped = true;
      clock.clearTimeout(timer);
    },
  };
}
