import { isHintDue, takesHint } from '../policy/retry.ts';
import { isOnlyAsked, isWantedHere, wishOf, withWish } from '../policy/wishes.ts';
import type { GuardArgs } from './args.ts';

/** About dials, hints, and who has a reason for the connection. */
export const attemptGuards = {
  /** Not where a session has just come: a second one would only have to be ended again. */
  dialsAtOnce: ({ context }: GuardArgs) => (context.offers || context.explicit) && context.reason !== 'session',
  wasDenied: ({ event }: GuardArgs) => event.type === 'dial.failed' && event.denied,
  nothingListens: ({ event }: GuardArgs) => event.type === 'dial.failed' && event.refused,
  asksAtOnce: ({ event }: GuardArgs) => event.type === 'connect' && event.explicit,
  givesUp: ({ context }: GuardArgs) => context.next === null,
  takesHint: ({ context, event }: GuardArgs) => event.type === 'hint' && takesHint(context, event),
  /** News of the peer, or of this side's network, while the link looks whole. */
  isDoubtful: ({ context, event }: GuardArgs) =>
    event.type === 'hint' && (event.network === true || (event.fresh && isHintDue(context))),
  /** While connected, a hint that puts nothing in doubt says nothing of use but who wants the peer. */
  isOfUse: ({ context, event }: GuardArgs) =>
    context.state !== 'connected' || withWish(context, wishOf(event)) !== context.wishes,
  onlyAsked: ({ context }: GuardArgs) => isOnlyAsked(context),
  /** The session that was given up is the only one of the other side, and was the only reason for the connection. */
  nobodyWants: ({ context, event }: GuardArgs) =>
    event.type === 'remote.abandoned' &&
    context.signalling.every(({ key, opener }) => key === event.key || opener === 'local') &&
    !isWantedHere(context),
};
