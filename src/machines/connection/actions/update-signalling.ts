import { relateIncarnation } from '../../../protocol/incarnation.ts';
import { baseSetup } from '../base-setup.ts';
import { demandOf, withDemand } from '../policy/demand.ts';

/** Notes of signalling sessions and offers. */
export const signallingUpdates = {
  /** A session that this side ended, and why. */
  noteFault: baseSetup.assign(({ event }) =>
    event.type === 'signalling.closed' && event.code !== undefined ? { code: event.code } : {},
  ),
  addSignalling: baseSetup.assign(({ context, event }) => {
    if (event.type !== 'signalling.opened') return {};
    const { type: _, ...fact } = event;
    const { incarnation } = context;
    const relation = incarnation === null ? 'same' : relateIncarnation(incarnation, fact.incarnation);
    const older = relation === 'older';
    const restarted = relation === 'newer';
    const dialing = context.dialing && fact.opener !== 'local';
    return {
      signalling: [...context.signalling, fact],
      incarnation: older ? incarnation : fact.incarnation,
      demands: withDemand(context, demandOf(event)),
      restarts: context.restarts + (restarted ? 1 : 0),
      dialing,
      ...(restarted && { declined: [] }),
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
    return { offer: { key, generation, via }, signalling };
  }),
};
