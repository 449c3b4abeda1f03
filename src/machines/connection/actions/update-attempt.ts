import { baseSetup } from '../base-setup.ts';
import type { ConnectionContext } from '../context.ts';
import type { ConnectionEvent } from '../events.ts';
import { demandOf, withDemand } from '../policy/demand.ts';
import { acceptsRetryHint, retryDelay, shouldGiveUp } from '../policy/retry.ts';
import { totalMsAt } from './up-time.ts';

/** The device says itself that it is there; of a connected one that is no use. */
const isAnnounced = ({ state }: ConnectionContext, event: ConnectionEvent): boolean =>
  event.type === 'hint' && !event.network && state !== 'connected';

/** Updates of what is known of attempts, dials, hints and the reasons for a connection. */
export const attemptUpdates = {
  noteExplicit: baseSetup.assign(({ context: { dial }, event }) =>
    event.type === 'connect' && event.explicit ? { dial: { ...dial, explicit: true } } : {},
  ),
  addDemand: baseSetup.assign(({ context, event }) => ({ demands: withDemand(context, demandOf(event)) })),
  beginAttempt: baseSetup.assign(({ context: { policy, retry, negotiation, dial, decisionInputs } }) => {
    const [least, most] = policy.headStartMs;
    return {
      retry: { ...retry, attempt: retry.news === 'fresh' ? 1 : retry.attempt + 1, news: null, next: null },
      negotiation: { ...negotiation, linksTried: 0, declined: [] },
      dial: { ...dial, headStartMs: least + (most - least) * decisionInputs.random() },
    };
  }),
  planRetry: baseSetup.assign(({ context }) => {
    const { retry, uptime, dial, decisionInputs } = context;
    const now = decisionInputs.monotonic();
    const lostAt = context.state === 'connected' ? now : uptime.lostAt;
    const failingSince = retry.news === 'fresh' ? now : (retry.failingSince ?? now);
    const failing = { ...context, uptime: { ...uptime, lostAt }, retry: { ...retry, failingSince } };
    const delayMs = retryDelay(failing);
    const next = shouldGiveUp(failing) ? null : decisionInputs.now() + delayMs;
    return {
      uptime: { ...uptime, openedAt: null, lostAt, totalMs: totalMsAt(uptime, now) },
      retry: { ...retry, failingSince, delayMs, next },
      fallback: { loss: null, failedLinks: 0 },
      dial: { ...dial, explicit: false },
    };
  }),
  noteHint: baseSetup.assign(({ context: { retry, decisionInputs }, event }) => ({
    retry: {
      ...retry,
      hintAt: decisionInputs.monotonic(),
      ...(event.type === 'hint' && event.fresh ? { attempt: 0, failingSince: null } : {}),
    },
  })),
  noteAnnounced: baseSetup.assign(({ context, event }) =>
    isAnnounced(context, event) ? { peer: { ...context.peer, announcedAt: context.decisionInputs.monotonic() } } : {},
  ),
  noteNews: baseSetup.assign(({ context, event }) => {
    const { retry, state } = context;
    if (event.type !== 'hint' || state !== 'connecting' || !acceptsRetryHint(context, event)) return {};
    return { retry: { ...retry, news: event.fresh || retry.news === 'fresh' ? 'fresh' : 'back' } };
  }),
  noteDialEnd: baseSetup.assign(({ context: { dial } }) => ({ dial: { ...dial, inProgress: false } })),
  forgetRedials: baseSetup.assign(({ context: { verification } }) => ({
    verification: { ...verification, redials: 0 },
  })),
  noteRedial: baseSetup.assign(({ context: { verification } }) => ({
    verification: { ...verification, redials: verification.redials + 1 },
  })),
};
