import { limits } from '../limits.ts';
import { type Instance, relateInstance } from '../protocol/instance.ts';
import type { Via } from '../protocol/via.ts';
import { backoffDelay } from './backoff.ts';
import type { ConnectionContext, ConnectionPolicy, LinkFact, OfferFact, SignallingFact } from './connection.types.ts';

/** The times and counts of limits.ts, as a connection machine takes them. */
export const defaultConnectionPolicy: ConnectionPolicy = {
  connectMs: limits.connect.timeoutMs,
  stallMs: limits.connect.stallMs,
  standInMs: limits.connect.standInMs,
  upgrade: limits.upgrade,
  epochsPerAttempt: limits.connect.epochsPerAttempt,
  headStartMs: limits.connect.headStartMs,
  contestMs: limits.connect.contestMs,
  askMs: limits.connect.askMs,
  doubtMs: limits.connect.doubtMs,
  goneMs: limits.connect.goneMs,
  redialMs: limits.connect.redialMs,
  againMs: limits.connect.againMs,
  stableMs: limits.backoff.stableMs,
  resumeMs: limits.backoff.resumeMs,
  giveUpMs: limits.backoff.giveUpMs,
  crashes: limits.backoff.crashes,
  maxAttempts: Number.POSITIVE_INFINITY,
  hintEveryMs: limits.backoff.hintEveryMs,
  backoff: limits.backoff,
};

const isOlder = (instance: Instance, than: Instance): boolean => relateInstance(than, instance) === 'older';

/**
 * The session to offer on: that of the newest instance, and of those the one opened last, because a session opened
 * later means that its opener has a use for it.
 */
export function chooseSignalling(sessions: readonly SignallingFact[]): SignallingFact | undefined {
  return sessions.reduce<SignallingFact | undefined>(
    (best, session) => (best && isOlder(session.instance, best.instance) ? best : session),
    undefined,
  );
}

/**
 * The transport of the next link: the preferred one, or after each failure of an attempt the next of the list, because
 * what failed may be blocked; a successor that is to bring the preferred one back always tries that.
 */
export function planVia({ transports, stumbles }: ConnectionContext, upgrade: boolean): Via {
  return transports[upgrade ? 0 : stumbles % transports.length] ?? 'webrtc';
}

/** True if the link goes over a transport that only stands in, and this side may offer the preferred one. */
export function couldUpgrade({ offers, link, transports }: ConnectionContext): boolean {
  return offers && link !== null && link.via !== transports[0];
}

/** What the next link would be: the lower id gives a new epoch, the higher one takes what was offered. */
export function planLink(
  context: ConnectionContext,
  upgrade = false,
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
  return { epoch, signalling: session.key, instance: session.instance, via: planVia(context, upgrade) };
}

/**
 * An offer is fresh if its session is open and its epoch is newer than all that came on it and than that of the last
 * link with this instance, also when that link is gone. A link's keys come from its session and epoch: an epoch that
 * came twice would repeat them. A copy of the device is not heard while a newer one has a session.
 */
export function isFreshOffer(context: ConnectionContext, offer: OfferFact): boolean {
  const session = context.signalling.find(({ key }) => key === offer.key);
  if (context.offers || !session || offer.epoch <= (session.offered ?? 0)) return false;
  if (context.signalling.some(({ instance }) => isOlder(session.instance, instance))) return false;
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

/** True if what that instance says of its going counts: the link is with it or, while there is none, no newer one is here. */
export function speaksForPeer({ link, signalling }: ConnectionContext, instance: Instance): boolean {
  if (link) return relateInstance(link.instance, instance) === 'same';
  return !signalling.some((session) => isOlder(instance, session.instance));
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

/** True for a peer that starts again and again and never lasts: what it says of itself is no news any more. */
export const crashesInALoop = ({ restarts, policy }: ConnectionContext): boolean => restarts >= policy.crashes;

/** Milliseconds until the next attempt after a failure for `context.reason`. */
export function retryDelay(context: ConnectionContext): number {
  const { policy, oracle, upUntil } = context;
  const loops = crashesInALoop(context);
  // A proven new instance is news, not the old failure going on.
  if (!loops && (context.reason === 'restarted' || context.reason === 'contested')) return 0;
  const resumable =
    !loops && context.reason !== 'superseded' && upUntil !== null && oracle.monotonic() - upUntil < policy.resumeMs;
  return backoffDelay(policy.backoff, context.attempt, resumable, oracle.random());
}

/** True when a failing connection should wait for a reason instead of for the clock. */
export function shouldGiveUp(context: ConnectionContext): boolean {
  if (context.attempt >= context.policy.maxAttempts) return true;
  return context.failingSince !== null && context.oracle.monotonic() - context.failingSince >= context.policy.giveUpMs;
}

/**
 * A hint counts at most once a second; one who was refused, or whose peer has a newer copy of this device, waits its
 * back-off out unless something really changed, one who crashes in a loop unless this side's network did.
 */
export function takesHint(
  context: ConnectionContext,
  hint: { readonly fresh: boolean; readonly network?: true },
): boolean {
  if (hint.network) return true;
  if (crashesInALoop(context)) return false;
  if (hint.fresh) return true;
  if (context.reason === 'denied' || context.reason === 'superseded') return false;
  return isHintDue(context);
}

/** True if the last hint that was taken is long enough ago. */
export function isHintDue(context: ConnectionContext): boolean {
  return context.hintAt === null || context.oracle.monotonic() - context.hintAt >= context.policy.hintEveryMs;
}
