import { hasLostOurLink, isCurrentIncarnation, isFreshOffer, relateToLink } from '../policy/offer.ts';
import { isLinkCarried } from '../policy/transport.ts';
import type { GuardArgs } from './args.ts';

/** About signalling sessions, what their greetings say, and offers. */
export const signallingGuards = {
  isOfferer: ({ context }: GuardArgs) => context.offers,
  hasSignalling: ({ context }: GuardArgs) => context.signalling.length > 0,
  hasNoSignalling: ({ context }: GuardArgs) => context.link?.signalling === null,
  isSignallingOfLink: ({ context, event }: GuardArgs) => 'key' in event && event.key === context.link?.signalling,
  isLastSignalling: ({ context, event }: GuardArgs) =>
    'key' in event && context.signalling.length === 1 && context.signalling[0]?.key === event.key,
  /** No other session with this run of the peer is left. */
  isLastOfIncarnation: ({ context, event }: GuardArgs) =>
    event.type === 'signalling.closed' &&
    !context.signalling.some(
      ({ key, incarnation }) => key !== event.key && relateToLink(context, incarnation) === 'same',
    ),
  /** The session that ended carried the link itself. */
  isCarrierOfLink: ({ context, event }: GuardArgs) =>
    event.type === 'signalling.closed' && isLinkCarried(context.link) && event.key === context.link?.signalling,
  /** The link's session broke without the other side meaning it, and no other session can stand in. */
  isLastSignallingOfLink: ({ context, event }: GuardArgs) =>
    event.type === 'signalling.closed' &&
    event.key === context.link?.signalling &&
    event.bye !== 'duplicate' &&
    !context.signalling.some((s) => s.key !== event.key && relateToLink(context, s.incarnation) === 'same'),
  isOffererForSameIncarnation: ({ context, event }: GuardArgs) =>
    context.offers && event.type === 'signalling.opened' && relateToLink(context, event.incarnation) === 'same',
  isSameIncarnation: ({ context, event }: GuardArgs) =>
    event.type === 'signalling.opened' && relateToLink(context, event.incarnation) === 'same',
  isNewerIncarnation: ({ context, event }: GuardArgs) =>
    event.type === 'signalling.opened' && relateToLink(context, event.incarnation) === 'newer',
  isOlderIncarnation: ({ context, event }: GuardArgs) =>
    event.type === 'signalling.opened' && relateToLink(context, event.incarnation) === 'older',
  /** The same run of the peer opened a session and holds the same link: signalling is whole again. */
  hasSameLink: ({ context, event }: GuardArgs) =>
    event.type === 'signalling.opened' &&
    relateToLink(context, event.incarnation) === 'same' &&
    event.remoteGeneration === context.link?.generation,
  hasLostLink: ({ context, event }: GuardArgs) => event.type === 'signalling.opened' && hasLostOurLink(context, event),
  isOffererForLostLink: ({ context, event }: GuardArgs) =>
    context.offers && event.type === 'signalling.opened' && hasLostOurLink(context, event),
  /** The other side has a link with a newer copy of this device, which answered it. */
  isSuperseded: ({ context, event }: GuardArgs) =>
    event.type === 'signalling.closed' &&
    event.bye === 'instance' &&
    context.signalling.some(({ key }) => key === event.key),
  isLinkSuperseded: ({ context, event }: GuardArgs) =>
    event.type === 'signalling.closed' && event.bye === 'instance' && event.key === context.link?.signalling,
  /** The last session ended because the other side has room for no more peers. */
  isRefused: ({ context, event }: GuardArgs) =>
    event.type === 'signalling.closed' &&
    event.bye === 'refused' &&
    context.signalling.every(({ key }) => key === event.key),
  isFreshOffer: ({ context, event }: GuardArgs) => event.type === 'offer' && isFreshOffer(context, event),
  isFreshOfferOfIncarnation: ({ context, event }: GuardArgs) =>
    event.type === 'offer' &&
    isFreshOffer(context, event) &&
    context.signalling.some((s) => s.key === event.key && relateToLink(context, s.incarnation) === 'same'),
  isOfferOfOtherIncarnation: ({ context, event }: GuardArgs) =>
    event.type === 'offer' &&
    !context.offers &&
    context.signalling.some((s) => s.key === event.key && relateToLink(context, s.incarnation) !== 'same'),
  isFromCurrentIncarnation: ({ context, event }: GuardArgs) =>
    event.type === 'remote.bye' && isCurrentIncarnation(context, event.incarnation),
};
