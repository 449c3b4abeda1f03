import { baseSetup } from '../base-setup.ts';
import { backoffDelay } from '../policy/backoff.ts';
import { withDemand } from '../policy/demand.ts';
import { canUpgrade, countFailedLink, lossOf, replacementReason } from '../policy/replacement.ts';
import { upMsAt } from './up-time.ts';

/** Notes of links: that one opened, is being verified, ended, is replaced. */
export const linkUpdates = {
  noteOpen: baseSetup.assign(({ context }) => {
    const now = context.decisionInputs.monotonic();
    return {
      demands: withDemand(context, 'link'),
      failingSince: null,
      explicit: false,
      offer: null,
      tries: 0,
      redials: 0,
      loss: null,
      news: null,
      upMs: upMsAt(context, now),
      openedAt: now,
      heard: false,
    };
  }),
  noteStable: baseSetup.assign({ attempt: 0, restarts: 0, stable: true }),
  /** A link over a session that lives needs nothing else: where it came to nothing the other side does not take it. */
  noteDeclined: baseSetup.assign(({ context }) => {
    const failed = (context.replacement ?? context.link)?.via;
    if (failed !== 'tls' || context.declined.includes('tls')) return {};
    // It cost no time: WebRTC has all its generations.
    return { declined: [...context.declined, failed], tries: context.tries - 1 };
  }),
  forgetTries: baseSetup.assign({ tries: 0 }),
  noteLoss: baseSetup.assign(({ context, event }) => ({ loss: lossOf(event), ...countFailedLink(context) })),
  setReasonOfLoss: baseSetup.assign(({ context }) => ({
    reason: context.loss?.reason ?? 'link-lost',
    code: context.loss?.code ?? null,
  })),
  setReasonOfReplacement: baseSetup.assign(({ context }) => ({
    reason: replacementReason(context),
    code: null,
    falls: context.replacement?.via === 'tls' ? context.falls : 0,
  })),
  setReasonSuperseded: baseSetup.assign({ reason: 'superseded', code: 'ERR_INSTANCE' }),
  forgetUpgrades: baseSetup.assign({ upgrades: 0 }),
  noteUpgrade: baseSetup.assign(({ context }) => ({ upgrades: context.upgrades + 1 })),
  planUpgrade: baseSetup.assign(({ context }) =>
    canUpgrade(context)
      ? { upgradeInMs: backoffDelay(context.policy.upgrade, context.upgrades, false, context.decisionInputs.random()) }
      : {},
  ),
  noteVerification: baseSetup.assign(({ context }) => ({
    hintAt: context.decisionInputs.monotonic(),
    upgrades: 0,
    redials: 0,
  })),
  noteHeard: baseSetup.assign({ heard: true }),
  forgetHeard: baseSetup.assign({ heard: false }),
};
