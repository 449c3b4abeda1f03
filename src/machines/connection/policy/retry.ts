import type { ConnectionContext } from '../context.ts';
import { backoffDelay, isBackoffSpent } from './backoff.ts';

/** True for a peer that starts again and again and never lasts: what it says of itself is no news any more. */
export const isCrashLooping = ({ peer, policy }: ConnectionContext): boolean => peer.restarts >= policy.crashes;

/** True once it failed for so long that this is no mere start, or busy machine. */
function failsForLong({
  retry: { failingSince, attempt },
  decisionInputs,
  policy: { backoff, heardRetryMs },
}: ConnectionContext): boolean {
  if (failingSince === null || !isBackoffSpent(backoff, attempt)) return false;
  return decisionInputs.monotonic() - failingSince >= heardRetryMs;
}

/** True while the device itself announces that it is there, whether or not it can be reached. */
function isStillHeard({ peer: { announcedAt }, decisionInputs, policy }: ConnectionContext): boolean {
  return announcedAt !== null && decisionInputs.monotonic() - announcedAt < policy.heardMs;
}

/**
 * The longest back-off of a peer whose session may still be resumed: a share of the time that it failed, so that what is
 * lost by waiting stays in proportion; null where nothing waits.
 */
function resumeCap({ policy, decisionInputs, reason, uptime: { lostAt } }: ConnectionContext): number | null {
  const { resumeMs, resumeShare, backoff } = policy;
  if (reason === 'superseded' || lostAt === null) return null;
  const failedMs = decisionInputs.monotonic() - lostAt;
  if (failedMs >= resumeMs) return null;
  return Math.min(backoff.capMs, Math.max(backoff.resumeCapMs, failedMs * resumeShare));
}

/** Milliseconds until the next attempt after a failure for `context.reason`. */
export function retryDelay(context: ConnectionContext): number {
  const { policy, decisionInputs, retry } = context;
  const { attempt } = retry;
  const { backoff, heardRetryMs } = policy;
  if (retry.news !== null) return 0;
  const loops = isCrashLooping(context);
  // A proven new incarnation is news, not the old failure going on.
  if (!loops && (context.reason === 'restarted' || context.reason === 'contested')) return 0;
  const cap = loops ? null : resumeCap(context);
  if (cap !== null) return backoffDelay({ ...backoff, capMs: cap }, attempt, decisionInputs.random());
  // What is there and cannot be reached is blocked: news will tell when that changes, and this looks now and then.
  if (isStillHeard(context) && failsForLong(context))
    return Math.round(heardRetryMs * (0.75 + decisionInputs.random() / 2));
  return backoffDelay(backoff, attempt, decisionInputs.random());
}

/** True when a failing connection should wait for a reason instead of for the clock. */
export function shouldGiveUp(context: ConnectionContext): boolean {
  const { policy, decisionInputs } = context;
  const { attempt, failingSince } = context.retry;
  if (attempt >= policy.maxAttempts) return true;
  if (failingSince === null || decisionInputs.monotonic() - failingSince < policy.giveUpMs) return false;
  return !isStillHeard(context);
}

/**
 * What a packet of the device says counts only where it is new, or where the device was silent before. One who crashes in
 * a loop says something new all the time, and waits its back-off out.
 */
export function acceptsRetryHint(
  context: ConnectionContext,
  hint: { readonly fresh: boolean; readonly back?: true; readonly network?: true },
): boolean {
  // Where nothing more is tried, any packet shows that the device is there again.
  if (hint.network || (context.state === 'failed' && context.retry.next === null)) return true;
  if (isCrashLooping(context)) return false;
  return hint.fresh || hint.back === true;
}

/** True if the last hint that was taken is long enough ago. */
export function isHintDue(context: ConnectionContext): boolean {
  const { hintAt } = context.retry;
  return hintAt === null || context.decisionInputs.monotonic() - hintAt >= context.policy.hintEveryMs;
}
