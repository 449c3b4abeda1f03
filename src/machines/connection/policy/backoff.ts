/** When a failed connection is tried again. All times in milliseconds. */
export interface BackoffPolicy {
  readonly baseMs: number;
  readonly capMs: number;
  /** Cap while the message session of a lost link may still be resumed. */
  readonly resumeCapMs: number;
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
export function backoffDelay(policy: BackoffPolicy, attempt: number, resumable: boolean, random: number): number {
  if (attempt <= 0) return 0;
  const cap = resumable ? Math.min(policy.resumeCapMs, policy.capMs) : policy.capMs;
  return Math.round(Math.min(cap, policy.baseMs * 2 ** Math.min(attempt - 1, 30)) * random);
}
