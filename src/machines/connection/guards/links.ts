import { canFallBack, canFallBackAfter, canUpgrade, hasStallLimit, replacementReason } from '../policy/replacement.ts';
import { type GuardArgs, isAbout } from './args.ts';

/** About the link, the one that is to take its place, and what may still be tried. */
export const linkGuards = {
  isAboutLink: ({ context, event }: GuardArgs) => isAbout(event, context.link),
  isAboutReplacement: ({ context, event }: GuardArgs) => isAbout(event, context.replacement),
  isLossOfLink: ({ context, event }: GuardArgs) =>
    event.type === 'remote.lost' && event.generation === context.link?.generation,
  isLossOfReplacement: ({ context, event }: GuardArgs) =>
    event.type === 'remote.lost' && event.generation === context.replacement?.generation,
  isSilentLink: ({ context, event }: GuardArgs) =>
    event.type === 'link.down' && event.silent && isAbout(event, context.link),
  hasReplacement: ({ context }: GuardArgs) => context.replacement !== null,
  hasNoReplacement: ({ context }: GuardArgs) => context.replacement === null,
  isUpgrading: ({ context }: GuardArgs) => context.replacement !== null && replacementReason(context) === 'upgraded',
  isUpgradePossible: ({ context }: GuardArgs) => canUpgrade(context),
  isFallbackPossible: ({ context }: GuardArgs) =>
    context.replacement === null && canFallBack(context, true) && context.offers,
  hasFallback: ({ context, event }: GuardArgs) => canFallBackAfter(context, event),
  isSilentLoss: ({ context }: GuardArgs) => context.fallback.loss?.reason === 'silent',
  /** What this side offered in place of the link came to nothing. */
  hasOfferFailed: ({ context, event }: GuardArgs) =>
    context.offers &&
    (isAbout(event, context.replacement) ||
      (event.type === 'remote.lost' && event.generation === context.replacement?.generation)),
  isSignallingOfOffer: ({ context, event }: GuardArgs) =>
    context.offers && event.type === 'signalling.closed' && event.key === context.replacement?.signalling,
  hasReplacementFailedWithLinksLeft: ({ context, event }: GuardArgs) =>
    context.offers &&
    context.negotiation.linksTried < context.policy.linksPerAttempt &&
    (isAbout(event, context.replacement) ||
      (event.type === 'remote.lost' && event.generation === context.replacement?.generation)),
  /** The link that failed was the last one that this attempt may try. */
  hasLastLinkFailed: ({ context, event }: GuardArgs) =>
    context.offers &&
    context.negotiation.linksTried >= context.policy.linksPerAttempt &&
    (isAbout(event, context.link) || (event.type === 'remote.lost' && event.generation === context.link?.generation)),
  hasLinksLeft: ({ context }: GuardArgs) =>
    hasStallLimit(context) && context.negotiation.linksTried < context.policy.linksPerAttempt,
  hasBeenHeard: ({ context }: GuardArgs) => context.verification.heard,
  hasNotBeenHeard: ({ context }: GuardArgs) => !context.verification.heard,
};
