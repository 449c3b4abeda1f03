import { canFallBack, couldUpgrade, fallsBack, reasonOfSuccession, stallsSoon } from '../policy/succession.ts';
import { type GuardArgs, isAbout } from './args.ts';

/** About the link, the one that is to take its place, and what may still be tried. */
export const linkGuards = {
  isAboutLink: ({ context, event }: GuardArgs) => isAbout(event, context.link),
  isAboutSuccessor: ({ context, event }: GuardArgs) => isAbout(event, context.successor),
  isLossOfLink: ({ context, event }: GuardArgs) =>
    event.type === 'remote.lost' && event.generation === context.link?.generation,
  isLossOfSuccessor: ({ context, event }: GuardArgs) =>
    event.type === 'remote.lost' && event.generation === context.successor?.generation,
  isSilentLink: ({ context, event }: GuardArgs) =>
    event.type === 'link.down' && event.silent && isAbout(event, context.link),
  hasSuccessor: ({ context }: GuardArgs) => context.successor !== null,
  hasNoSuccessor: ({ context }: GuardArgs) => context.successor === null,
  isUpgrading: ({ context }: GuardArgs) => context.successor !== null && reasonOfSuccession(context) === 'upgraded',
  isUpgradePossible: ({ context }: GuardArgs) => couldUpgrade(context),
  isFallbackPossible: ({ context }: GuardArgs) =>
    context.successor === null && canFallBack(context, true) && context.offers,
  hasFallback: ({ context, event }: GuardArgs) => fallsBack(context, event),
  isSilentLoss: ({ context }: GuardArgs) => context.loss?.reason === 'silent',
  /** What this side offered in place of the link came to nothing. */
  hasOfferFailed: ({ context, event }: GuardArgs) =>
    context.offers &&
    (isAbout(event, context.successor) ||
      (event.type === 'remote.lost' && event.generation === context.successor?.generation)),
  isSignallingOfOffer: ({ context, event }: GuardArgs) =>
    context.offers && event.type === 'signalling.closed' && event.key === context.successor?.signalling,
  hasSuccessorFailedWithLinksLeft: ({ context, event }: GuardArgs) =>
    context.offers &&
    context.tries < context.policy.linksPerAttempt &&
    (isAbout(event, context.successor) ||
      (event.type === 'remote.lost' && event.generation === context.successor?.generation)),
  /** The link that failed was the last one that this attempt may try. */
  hasLastLinkFailed: ({ context, event }: GuardArgs) =>
    context.offers &&
    context.tries >= context.policy.linksPerAttempt &&
    (isAbout(event, context.link) || (event.type === 'remote.lost' && event.generation === context.link?.generation)),
  hasLinksLeft: ({ context }: GuardArgs) => stallsSoon(context) && context.tries < context.policy.linksPerAttempt,
  hasBeenHeard: ({ context }: GuardArgs) => context.heard,
  hasNotBeenHeard: ({ context }: GuardArgs) => !context.heard,
};
