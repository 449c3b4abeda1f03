import type { Clock } from '../../environment.ts';

/** Tasks of a simulation that are due later, such as the end of a fault. */
export interface Scheduler {
  later(ms: number, task: () => void): void;
  /** Runs at once all that is still to come. */
  runAll(): void;
}

export function createScheduler(clock: Clock): Scheduler {
  const pending = new Set<() => void>();
  return {
    later(ms, task) {
      const timer = clock.setTimeout(run, ms);
      function run(): void {
        pending.delete(run);
        clock.clearTimeout(timer);
        task();
      }
      pending.add(run);
    },
    runAll() {
      for (const run of [...pending]) run();
    },
  };
}
