import { baseSetup } from '../base-setup.ts';
import type { ConnectionContext } from '../context.ts';
import type { ConnectionEvent } from '../events.ts';
import { demandOf, withDemand } from '../policy/demand.ts';
import { acceptsRetryHint, retryDelay, shouldGiveUp } from '../policy/retry.ts';
import { upMsAt } from './up-time.ts';

/** The device says itself that it is there; of a connected one that is no use. */
const isAnnounced = ({ state }: ConnectionContext, event: ConnectionEvent): boolean =>
  event.type === 'hint' && !event.network && state !== 'connected';

/** Notes of attempts, dials, hints and the reasons for a connection. */
export const attemptUpdates = {
  noteExplicit: baseSetup.assign(({ context, event }) =>
    event.type === 'connect' && event.explicit ? { explicit: true } : { explicit: context.explicit },
  ),
  addDemand: baseSetup.assign(({ context, event }) => ({ demands: withDemand(context, demandOf(event)) })),
  beginAttempt: baseSetup.assign(({ context }) => {
    const [least, most] = context.policy.headStartMs;
    return {
      attempt: context.news === 'fresh' ? 1 : context.attempt + 1,
      news: null,
      tries: 0,
      declined: [],
      next: null,
      headStartMs: least + (most - least) * context.decisionInputs.random(),
    };
  }),
  planRetry: baseSetup.assign(({ context }) => {
    const now = context.decisionInputs.monotonic();
    const upUntil = context.state === 'connected' ? now : context.upUntil;
    const since = context.news === 'fresh' ? now : (context.failingSince ?? now);
    const failing = { ...context, upUntil, failingSince: since };
    const retryInMs = retryDelay(failing);
    return {
      upUntil,
      upMs: upMsAt(context, now),
      openedAt: null,
      failingSince: failing.failingSince,
      retryInMs,
      falls: 0,
      loss: null,
      next: shouldGiveUp(failing) ? null : context.decisionInputs.now() + retryInMs,
      explicit: false,
    };
  }),
  noteHint: baseSetup.assign(({ context, event }) => ({
    hintAt: context.decisionInputs.monotonic(),
    ...(event.type === 'hint' && event.fresh ? { attempt: 0, failingSince: null } : {}),
  })),
  noteAnnounced: baseSetup.assign(({ context, event }) =>
    isAnnounced(context, event) ? { announcedAt: context.decisionInputs.monotonic() } : {},
  ),
  noteNews: baseSetup.assign(({ context, event }) =>
    event.type === 'hint' && context.state === 'connecting' && acceptsRetryHint(context, event)
      ? { news: event.fresh || context.news === 'fresh' ? 'fresh' : 'back' }
      : {},
  ),
  noteDialEnd: baseSetup.assign({ dialing: false }),
  forgetRedials: baseSetup.assign({ redials: 0 }),
  noteRedial: baseSetup.assign(({ context }) => ({ redials: context.redials + 1 })),
};
