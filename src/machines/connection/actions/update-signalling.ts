import { relateIncarnation } from '../../../protocol/incarnation.ts';
import { baseSetup } from '../base-setup.ts';
import { demandOf, withDemand } from '../policy/demand.ts';

/** Updates of what is known of signalling sessions and offers. */
export const signallingUpdates = {
  /** A session that this side ended, and why. */
  noteFault: baseSetup.assign(({ event }) =>
    event.type === 'signalling.closed' && event.code !== undefined ? { code: event.code } : {},
  ),
  addSignalling: baseSetup.assign(({ context, event }) => {
    if (event.type !== 'signalling.opened') return {};
    const { type: _, ...fact } = event;
    const { peer, dial, negotiation } = context;
    const relation = peer.incarnation === null ? 'same' : relateIncarnation(peer.incarnation, fact.incarnation);
    const isRestarted = relation === 'newer';
    return {
      signalling: [...context.signalling, fact],
      peer: {
        ...peer,
        incarnation: relation === 'older' ? peer.incarnation : fact.incarnation,
        restarts: peer.restarts + (isRestarted ? 1 : 0),
      },
      demands: withDemand(context, demandOf(event)),
      dial: { ...dial, inProgress: dial.inProgress && fact.opener !== 'local' },
      ...(isRestarted && { negotiation: { ...negotiation, declined: [] } }),
    };
  }),
  setFallbackSignalling: baseSetup.assign(({ context, event }) =>
    event.type === 'signalling.opened' && context.link?.signalling === null
      ? { link: { ...context.link, signalling: event.key } }
      : {},
  ),
  keepOffer: baseSetup.assign(({ context, event }) => {
    if (event.type !== 'offer') return {};
    const { key, generation, via } = event;
    const signalling = context.signalling.map((one) => (one.key === key ? { ...one, offered: generation } : one));
    return { negotiation: { ...context.negotiation, offer: { key, generation, via } }, signalling };
  }),
};
