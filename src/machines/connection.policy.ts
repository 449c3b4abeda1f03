import { limits } from '../limits.ts';
import { type Instance, relateInstance } from '../protocol/instance.ts';
import { backoffDelay } from './backoff.ts';
import type { ConnectionContext, ConnectionPolicy, LinkFact, OfferFact, SignallingFact } from './connection.types.ts';

/** The times and counts of limits.ts, as a connection machine takes them. */
export const defaultConnectionPolicy: ConnectionPolicy = {
  connectMs: limits.connect.timeoutMs,
  stallMs: limits.connect.stallMs,
  epochsPerAttempt: limits.connect.epochsPerAttempt,
  headStartMs: limits.connect.headStartMs,
  contestMs: limits.connect.contestMs,
  goneMs: limits.connect.goneMs,
  redialMs: limits.connect.redialMs,
  againMs: limits.connect.againMs,
  stableMs: limits.backoff.stableMs,
  resumeMs: limits.backoff.resumeMs,
  giveUpMs: limits.backoff.giveUpMs,
  maxAttempts: Number.POSITIVE_INFINITY,
  hintEveryMs: limits.backoff.hintEveryMs,
  backoff: limits.backoff,
};

/**
 * The session to offer on: that of the newest instance, and of those the one opened last, because a session opened
 * later means that its opener has a use for it.
 */
export function chooseSignalling(sessions: readonly SignallingFact[]): SignallingFact | undefined {
  return sessions.reduce<SignallingFact | undefined>(
    (best, session) => (best && best.instance.counter > session.instance.counter ? best : session),
    undefined,
  );
}

/** What the next link would be: the lower id gives a new epoch, the higher one takes what was offered. */
export function planLink(
  context: ConnectionContext,
): (Omit<LinkFact, 'no'> & { readonly signalling: string }) | undefined {
  if (!context.offers) {
    const { offer } = context;
    const session = context.signalling.find(({ key }) => key === offer?.key);
    return offer && session
      ? { epoch: offer.epoch, signalling: session.key, instance: session.instance, via: offer.via }
      : undefined;
  }
  const session = chooseSignalling(context.signalling);
  if (!session) return undefined;
  // Time as the floor keeps epochs growing over the connection actors of one run of this node.
  const epoch = Math.max(context.epoch, Math.floor(context.oracle.monotonic())) + 1;
  return { epoch, signalling: session.key, instance: session.instance, via: context.via };
}

/**
 * An offer is fresh if its session is open and its epoch is newer than all that came on it and than that of the last
 * link with this instance, also when that link is gone. A link's keys come from its session and epoch: an epoch that
 * came twice would repeat them.
 */
export function isFreshOffer(context: ConnectionContext, offer: OfferFact): boolean {
  const session = context.signalling.find(({ key }) => key === offer.key);
  if (context.offers || !session || offer.epoch <= (session.offered ?? 0)) return false;
  const { linkedTo, epoch } = context;
  return !linkedTo || relateInstance(linkedTo, session.instance) !== 'same' || offer.epoch > epoch;
}

/** How the instance behind a new session stands to the one that the link is with. */
export function relateToLink(
  context: ConnectionContext,
  instance: Instance,
): 'none' | ReturnType<typeof relateInstance> {
  return context.link ? relateInstance(context.link.instance, instance) : 'none';
}

/**
 * True if the session shows that its opener no longer has the link that this side holds. When this side's own greeting
 * did not name the link either, the session is only older than the link: both sides dialled at one moment.
 */
export function lacksOurLink(context: ConnectionContext, session: SignallingFact): boolean {
  const { link } = context;
  if (!link || relateToLink(context, session.instance) !== 'same') return false;
  return session.held !== link.epoch && session.told === link.epoch;
}

/** Milliseconds until the next attempt after a failure for `context.reason`. */
export function retryDelay(context: ConnectionContext): number {
  const { policy, oracle, upUntil } = context;
  // A proven new instance is news, not the old failure going on.
  if (context.reason === 'restarted' || context.reason === 'contested') return 0;
  const resumable = upUntil !== null && oracle.monotonic() - upUntil < policy.resumeMs;
  return backoffDelay(policy.backoff, context.attempt, resumable, oracle.random());
}

/** True when a failing connection should wait for a reason instead of for the clock. */
export function shouldGiveUp(context: ConnectionContext): boolean {
  if (context.attempt >= context.policy.maxAttempts) return true;
  return context.failingSince !== null && context.oracle.monotonic() - context.failingSince >= context.policy.giveUpMs;
}

/** A hint counts at most once a second; one who was refused waits its back-off out unless something really changed. */
export function takesHint(context: ConnectionContext, fresh: boolean): boolean {
  if (fresh) return true;
  if (context.reason === 'denied') return false;
  return context.hintAt === null || context.oracle.monotonic() - context.hintAt >= context.policy.hintEveryMs;
}
