import type { Clock } from '../../../environment.ts';

/** Lets `perSecond` a second pass, and `burst` at once after a pause. */
export function createTokenBucket(perSecond: number, burst: number, clock: Clock): { take(): boolean } {
  let tokens = burst;
  let at = clock.monotonic();
  return {
    take() {
      const now = clock.monotonic();
      tokens = Math.min(burst, tokens + ((now - at) / 1_000) * perSecond);
      at = now;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
