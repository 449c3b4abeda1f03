import type { NodeFacts } from '../../diagnosis/facts.ts';
import type { Clock } from '../../environment.ts';
import { limits } from '../../limits.ts';

/** Measures how late timers of this process are, until the returned function is called. */
export function measureLateness(clock: Clock): () => NodeFacts['lateness'] {
  const { lookEveryMs } = limits.diagnosis;
  const begun = clock.monotonic();
  let due = begun + lookEveryMs;
  let worstMs = 0;
  let sumMs = 0;

  function look(): void {
    const now = clock.monotonic();
    const late = Math.max(0, now - due);
    worstMs = Math.max(worstMs, late);
    sumMs += late;
    due = now + lookEveryMs;
    timer = clock.setTimeout(look, lookEveryMs);
  }

  let timer = clock.setTimeout(look, lookEveryMs);
  return () => {
    clock.clearTimeout(timer);
    return { worstMs, sumMs, overMs: clock.monotonic() - begun };
  };
}
