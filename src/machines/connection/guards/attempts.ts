import { demandOf, isDemandedHere, isOnlyRequested, withDemand } from '../policy/demand.ts';
import { acceptsRetryHint, isHintDue } from '../policy/retry.ts';
import type { GuardArgs } from './args.ts';

/** About dials, hints, and who has a reason for the connection. */
export const attemptGuards = {
  /** Not where a session has just come: a second one would only have to be ended again. */
  isFirstToDial: ({ context }: GuardArgs) => (context.offers || context.dial.explicit) && context.reason !== 'session',
  isDenied: ({ event }: GuardArgs) => event.type === 'dial.failed' && event.denied,
  isConnectionRefused: ({ event }: GuardArgs) => event.type === 'dial.failed' && event.refused,
  isExplicit: ({ event }: GuardArgs) => event.type === 'connect' && event.explicit,
  hasGivenUp: ({ context }: GuardArgs) => context.retry.next === null,
  isRetryHintAccepted: ({ context, event }: GuardArgs) => event.type === 'hint' && acceptsRetryHint(context, event),
  /** News of the peer, or of this side's network, while the link looks whole. */
  isReasonToVerify: ({ context, event }: GuardArgs) =>
    event.type === 'hint' && (event.network === true || (event.fresh && isHintDue(context))),
  /** While connected, a hint that puts nothing in doubt says nothing of use but who wants the peer. */
  isUsefulHint: ({ context, event }: GuardArgs) =>
    context.state !== 'connected' || withDemand(context, demandOf(event)) !== context.demands,
  isOnlyRequested: ({ context }: GuardArgs) => isOnlyRequested(context),
  /** The session that was given up is the only one of the other side, and was the only reason for the connection. */
  isWithoutDemand: ({ context, event }: GuardArgs) =>
    event.type === 'remote.abandoned' &&
    context.signalling.every(({ key, opener }) => key === event.key || opener === 'local') &&
    !isDemandedHere(context),
};
