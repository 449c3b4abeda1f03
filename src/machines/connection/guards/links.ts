import { canFallBack, couldUpgrade, fallsBack, reasonOfSuccession, stallsSoon } from '../policy/succession.ts';
import { type GuardArgs, isAbout } from './args.ts';

/** About the link, the one that is to take its place, and what may still be tried. */
export const linkGuards = {
  aboutLink: ({ context, event }: GuardArgs) => isAbout(event, context.link),
  aboutSuccessor: ({ context, event }: GuardArgs) => isAbout(event, context.successor),
  lostLink: ({ context, event }: GuardArgs) => event.type === 'remote.lost' && event.epoch === context.link?.epoch,
  lostSuccessor: ({ context, event }: GuardArgs) =>
    event.type === 'remote.lost' && event.epoch === context.successor?.epoch,
  linkWentSilent: ({ context, event }: GuardArgs) =>
    event.type === 'link.down' && event.silent && isAbout(event, context.link),
  hasSuccessor: ({ context }: GuardArgs) => context.successor !== null,
  hasNoSuccessor: ({ context }: GuardArgs) => context.successor === null,
  isUpgrading: ({ context }: GuardArgs) => context.successor !== null && reasonOfSuccession(context) === 'upgraded',
  couldUpgrade: ({ context }: GuardArgs) => couldUpgrade(context),
  couldFallBack: ({ context }: GuardArgs) => context.successor === null && canFallBack(context, true) && context.offers,
  fallsBack: ({ context, event }: GuardArgs) => fallsBack(context, event),
  lossWasSilent: ({ context }: GuardArgs) => context.loss?.reason === 'silent',
  /** What this side offered in place of the link came to nothing. */
  offeredInVain: ({ context, event }: GuardArgs) =>
    context.offers &&
    (isAbout(event, context.successor) || (event.type === 'remote.lost' && event.epoch === context.successor?.epoch)),
  offeredOverIt: ({ context, event }: GuardArgs) =>
    context.offers && event.type === 'signalling.closed' && event.key === context.successor?.signalling,
  successorFailedWithEpochsLeft: ({ context, event }: GuardArgs) =>
    context.offers &&
    context.tries < context.policy.epochsPerAttempt &&
    (isAbout(event, context.successor) || (event.type === 'remote.lost' && event.epoch === context.successor?.epoch)),
  /** The link that failed was the last one that this attempt may try. */
  lastEpochFailed: ({ context, event }: GuardArgs) =>
    context.offers &&
    context.tries >= context.policy.epochsPerAttempt &&
    (isAbout(event, context.link) || (event.type === 'remote.lost' && event.epoch === context.link?.epoch)),
  epochsLeft: ({ context }: GuardArgs) => stallsSoon(context) && context.tries < context.policy.epochsPerAttempt,
  wasHeard: ({ context }: GuardArgs) => context.heard,
  wasNotHeard: ({ context }: GuardArgs) => !context.heard,
};
