import { limits } from '../../limits.ts';
import { type Instance, relateInstance } from '../../protocol/instance.ts';
import type { Via } from '../../protocol/via.ts';
import { backoffDelay, isBackoffSpent } from './backoff.ts';
import type { ConnectionContext, ConnectionPolicy, LinkFact, OfferFact, SignallingFact } from './types.ts';

/** The times and counts of limits.ts, as a connection machine takes them. */
export const defaultConnectionPolicy: ConnectionPolicy = {
  dialMs: limits.connect.dialMs,
  connectMs: limits.connect.timeoutMs,
  stallMs: limits.connect.stallMs,
  fallbackMs: limits.connect.fallbackMs,
  falls: limits.connect.falls,
  upgrade: limits.upgrade,
  epochsPerAttempt: limits.connect.epochsPerAttempt,
  headStartMs: limits.connect.headStartMs,
  contestMs: limits.connect.contestMs,
  askMs: limits.connect.askMs,
  doubtMs: limits.connect.doubtMs,
  goneMs: limits.connect.goneMs,
  redialMs: limits.connect.redialMs,
  redials: limits.connect.redials,
  redialSlowMs: limits.connect.redialSlowMs,
  againMs: limits.connect.againMs,
  stableMs: limits.backoff.stableMs,
  resumeMs: limits.backoff.resumeMs,
  resumeShare: limits.backoff.resumeShare,
  giveUpMs: limits.backoff.giveUpMs,
  heardMs: limits.discovery.silentMs,
  heardRetryMs: limits.backoff.heardRetryMs,
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
 * The transport of the next link. TLS first where it is allowed: its session is there already, so that nothing is left
 * to wait for. An upgrade brings the preferred one.
 */
export function planVia({ transports, declined }: ConnectionContext, upgrade: boolean): Via {
  const [preferred = 'webrtc'] = transports;
  if (upgrade) return preferred;
  const usable = transports.filter((via) => !declined.includes(via));
  return usable.includes('tls') ? 'tls' : (usable[0] ?? preferred);
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
  // An upgrade is beside a link over a session, and lives no longer than that before it is open.
  const session = upgrade
    ? context.signalling.find(({ key }) => key === context.link?.signalling)
    : chooseSignalling(context.signalling);
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
 * did not name the link either, the session is only older than the link: both sides dialed at one moment.
 */
export function lacksOurLink(context: ConnectionContext, session: SignallingFact): boolean {
  const { link } = context;
  if (!link || relateToLink(context, session.instance) !== 'same') return false;
  return session.held !== link.epoch && session.told === link.epoch;
}

/** True for a peer that starts again and again and never lasts: what it says of itself is no news any more. */
export const crashesInALoop = ({ restarts, policy }: ConnectionContext): boolean => restarts >= policy.crashes;

/** True once it failed for so long that this is no mere start, or busy machine. */
function failsForLong({
  failingSince,
  attempt,
  oracle,
  policy: { backoff, heardRetryMs },
}: ConnectionContext): boolean {
  if (failingSince === null || !isBackoffSpent(backoff, attempt)) return false;
  return oracle.monotonic() - failingSince >= heardRetryMs;
}

/** True while the device itself announces that it is there, whether or not it can be reached. */
function isStillHeard({ announcedAt, oracle, policy }: ConnectionContext): boolean {
  return announcedAt !== null && oracle.monotonic() - announcedAt < policy.heardMs;
}

/**
 * The longest back-off of a peer whose session may still be resumed: a share of the time that it failed, so that what is
 * lost by waiting stays in proportion; null where nothing waits.
 */
function resumeCap({ policy, oracle, reason, upUntil }: ConnectionContext): number | null {
  if (reason === 'superseded' || upUntil === null) return null;
  const failedMs = oracle.monotonic() - upUntil;
  return failedMs < policy.resumeMs ? Math.max(policy.backoff.resumeCapMs, failedMs * policy.resumeShare) : null;
}

/** Milliseconds until the next attempt after a failure for `context.reason`. */
export function retryDelay(context: ConnectionContext): number {
  const { policy, oracle, attempt } = context;
  const { backoff, heardRetryMs } = policy;
  if (context.news !== null) return 0;
  const loops = crashesInALoop(context);
  // A proven new instance is news, not the old failure going on.
  if (!loops && (context.reason === 'restarted' || context.reason === 'contested')) return 0;
  const cap = loops ? null : resumeCap(context);
  if (cap !== null) return backoffDelay({ ...backoff, resumeCapMs: cap }, attempt, true, oracle.random());
  // What is there and cannot be reached is blocked: news will tell when that changes, and this looks now and then.
  if (isStillHeard(context) && failsForLong(context)) return Math.round(heardRetryMs * (0.75 + oracle.random() / 2));
  return backoffDelay(backoff, attempt, false, oracle.random());
}

/** True when a failing connection should wait for a reason instead of for the clock. */
export function shouldGiveUp(context: ConnectionContext): boolean {
  const { attempt, policy, failingSince, oracle } = context;
  if (attempt >= policy.maxAttempts) return true;
  if (failingSince === null || oracle.monotonic() - failingSince < policy.giveUpMs) return false;
  return !isStillHeard(context);
}

/**
 * What a packet of the device says counts only where it is new, or where the device was silent before. One who crashes in
 * a loop says something new all the time, and waits its back-off out.
 */
export function takesHint(
  context: ConnectionContext,
  hint: { readonly fresh: boolean; readonly back?: true; readonly network?: true },
): boolean {
  // Where nothing more is tried, any packet shows that the device is there again.
  if (hint.network || (context.state === 'failed' && context.next === null)) return true;
  if (crashesInALoop(context)) return false;
  return hint.fresh || hint.back === true;
}

/** True if the last hint that was taken is long enough ago. */
export function isHintDue(context: ConnectionContext): boolean {
  return context.hintAt === null || context.oracle.monotonic() - context.hintAt >= context.policy.hintEveryMs;
}
