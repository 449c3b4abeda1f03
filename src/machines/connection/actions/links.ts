import { planLink } from '../policy/offer.ts';
import { isLinkCarried } from '../policy/transport.ts';
import { connectionSetup } from '../setup.ts';

type Slot = 'link' | 'replacement';

const actorOf = (no: number): string => `link.${no}`;

/** Starts the link of a new generation in that slot, in place of the one that is there; nothing while there is no offer. */
export const startLink = (slot: Slot, upgrade = false) =>
  connectionSetup.enqueueActions(({ context, enqueue }) => {
    const plan = planLink(context, upgrade);
    const old = context[slot];
    if (old) enqueue.stopChild(actorOf(old.no));
    if (!plan) {
      if (old) enqueue.assign({ [slot]: null });
      return;
    }
    const { negotiation } = context;
    const no = negotiation.linksStarted + 1;
    enqueue.assign({
      negotiation: {
        ...negotiation,
        linksStarted: no,
        generation: plan.generation,
        incarnation: plan.incarnation,
        linksTried: negotiation.linksTried + 1,
        offer: null,
      },
      [slot]: { no, ...plan },
    });
    enqueue.spawnChild('link', {
      id: actorOf(no),
      input: {
        peerId: context.id,
        no,
        generation: plan.generation,
        signalling: plan.signalling,
        role: context.offers ? 'offerer' : 'answerer',
        via: plan.via,
        paced: upgrade,
      },
    });
  });

/** The link ended: one over its session is set up, unless one is under way already. The answerer waits for the offer. */
export const offerFallback = connectionSetup.enqueueActions(({ context, enqueue }) => {
  if (context.offers && !isLinkCarried(context.replacement)) enqueue(startLink('replacement'));
});

/** The link is silent: one over its session is set up beside it, which shows whether the peer still is there. */
export const startFallback = connectionSetup.enqueueActions(({ check, enqueue }) => {
  if (check('isFallbackPossible')) enqueue(startLink('replacement'));
});

/** Stops the links in these slots. */
export const stopLinks = (...slots: readonly Slot[]) =>
  connectionSetup.enqueueActions(({ context, enqueue }) => {
    for (const slot of slots) {
      const link = context[slot];
      if (!link) continue;
      enqueue.stopChild(actorOf(link.no));
      enqueue.assign({ [slot]: null });
    }
  });

/** The replacement takes the place of the link: from here on the old one's frames are fenced off. */
export const switchToReplacement = connectionSetup.enqueueActions(({ context, enqueue }) => {
  const { link, replacement, verification } = context;
  if (!replacement) return;
  if (link) enqueue.stopChild(actorOf(link.no));
  enqueue.assign({ link: replacement, replacement: null, verification: { ...verification, heard: false } });
});

/** Asks the link whether it lives; the answer is `link.heard`. */
export const probeLink = connectionSetup.enqueueActions(({ context, enqueue }) => {
  if (context.link) enqueue({ type: 'probe', params: { no: context.link.no } });
});
