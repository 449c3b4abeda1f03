/** How the delay between attempts grows; `retry.ts` decides when it counts. All times in milliseconds. */
export interface BackoffPolicy {
  readonly baseMs: number;
  readonly capMs: number;
}

/** True once the ceiling of the delay has grown to the cap: it grows no more. */
export const isBackoffSpent = ({ baseMs, capMs }: BackoffPolicy, attempt: number): boolean =>
  baseMs * 2 ** Math.min(attempt - 1, 30) >= capMs;

/**
 * Full jitter: uniform between 0 and min(cap, base · 2^(attempt − 1)), so that nodes that lost each other at one moment
 * do not dial at one moment ("Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
 *
 * @param attempt Attempts so far since the last stable link; 0 gives no delay.
 * @param random Uniform in [0, 1).
 */
export function backoffDelay({ baseMs, capMs }: BackoffPolicy, attempt: number, random: number): number {
  if (attempt <= 0) return 0;
  return Math.round(Math.min(capMs, baseMs * 2 ** Math.min(attempt - 1, 30)) * random);
}
