import { type Incarnation, relateIncarnation } from '../../../protocol/incarnation.ts';
import type { Via } from '../../../protocol/via.ts';
import type { ConnectionContext, LinkFact } from '../context.ts';
import type { OfferFact, SignallingFact } from '../events.ts';
import { isCarriedBySession } from './transport.ts';

const isOlder = (incarnation: Incarnation, than: Incarnation): boolean =>
  relateIncarnation(than, incarnation) === 'older';

/**
 * The session to offer on: that of the newest incarnation, and of those the one opened last, because a session opened
 * later means that its opener has a use for it.
 */
export function chooseSignalling(sessions: readonly SignallingFact[]): SignallingFact | undefined {
  return sessions.reduce<SignallingFact | undefined>(
    (best, session) => (best && isOlder(session.incarnation, best.incarnation) ? best : session),
    undefined,
  );
}

/**
 * The transport of the next link; undefined where this side has none. One that its session carries comes first: that
 * session is there already, so that nothing is left to wait for. An upgrade brings the preferred one.
 */
export function chooseTransport({ transports, negotiation }: ConnectionContext, upgrade: boolean): Via | undefined {
  const [preferred] = transports;
  if (upgrade) return preferred;
  const usable = transports.filter((via) => !negotiation.declined.includes(via));
  return usable.find(isCarriedBySession) ?? usable[0] ?? preferred;
}

/** What the next link would be: the lower id gives a new generation, the higher one takes what was offered. */
export function planLink(
  context: ConnectionContext,
  upgrade = false,
): (Omit<LinkFact, 'no'> & { readonly signalling: string }) | undefined {
  if (!context.offers) {
    const { offer } = context.negotiation;
    const session = context.signalling.find(({ key }) => key === offer?.key);
    return offer && session
      ? { generation: offer.generation, signalling: session.key, incarnation: session.incarnation, via: offer.via }
      : undefined;
  }
  // An upgrade is beside a link over a session, and lives no longer than that before it is open.
  const session = upgrade
    ? context.signalling.find(({ key }) => key === context.link?.signalling)
    : chooseSignalling(context.signalling);
  const via = chooseTransport(context, upgrade);
  if (!session || via === undefined) return undefined;
  // Time as the floor keeps generations growing over the connection actors of one run of this node.
  const generation = Math.max(context.negotiation.generation, Math.floor(context.decisionInputs.monotonic())) + 1;
  return {
    generation,
    signalling: session.key,
    incarnation: session.incarnation,
    via,
  };
}

/**
 * An offer is fresh if its session is open and its generation is newer than all that came on it and than that of the last
 * link with this incarnation, also when that link is gone. A link's keys come from its session and generation: a generation that
 * came twice would repeat them. A copy of the device is not heard while a newer one has a session.
 */
export function isFreshOffer(context: ConnectionContext, offer: OfferFact): boolean {
  const session = context.signalling.find(({ key }) => key === offer.key);
  if (context.offers || !session || offer.generation <= (session.offered ?? 0)) return false;
  if (context.signalling.some(({ incarnation }) => isOlder(session.incarnation, incarnation))) return false;
  const { incarnation: linkedTo, generation } = context.negotiation;
  return !linkedTo || relateIncarnation(linkedTo, session.incarnation) !== 'same' || offer.generation > generation;
}

/** How the incarnation behind a new session stands to the one that the link is with. */
export function relateToLink(
  context: ConnectionContext,
  incarnation: Incarnation,
): 'none' | ReturnType<typeof relateIncarnation> {
  return context.link ? relateIncarnation(context.link.incarnation, incarnation) : 'none';
}

/** True if what that incarnation says of its going counts: the link is with it or, while there is none, no newer one is here. */
export function isCurrentIncarnation({ link, signalling }: ConnectionContext, incarnation: Incarnation): boolean {
  if (link) return relateIncarnation(link.incarnation, incarnation) === 'same';
  return !signalling.some((session) => isOlder(incarnation, session.incarnation));
}

/**
 * True if the session shows that its opener no longer has the link that this side holds. When this side's own greeting
 * did not name the link either, the session is only older than the link: both sides dialed at one moment.
 */
export function hasLostOurLink(context: ConnectionContext, session: SignallingFact): boolean {
  const { link } = context;
  if (!link || relateToLink(context, session.incarnation) !== 'same') return false;
  return session.remoteGeneration !== link.generation && session.localGeneration === link.generation;
}
