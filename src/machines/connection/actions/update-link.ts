import { baseSetup } from '../base-setup.ts';
import { backoffDelay } from '../policy/backoff.ts';
import { withDemand } from '../policy/demand.ts';
import { canUpgrade, countFailedLink, lossOf, replacementReason } from '../policy/replacement.ts';
import { isCarriedBySession, isLinkCarried } from '../policy/transport.ts';
import { totalMsAt } from './up-time.ts';

/** Updates of what is known of links: that one opened, is being verified, ended, is replaced. */
export const linkUpdates = {
  noteOpen: baseSetup.assign(({ context }) => {
    const { retry, dial, negotiation, fallback, uptime, decisionInputs } = context;
    const now = decisionInputs.monotonic();
    return {
      demands: withDemand(context, 'link'),
      retry: { ...retry, failingSince: null, news: null },
      dial: { ...dial, explicit: false },
      negotiation: { ...negotiation, offer: null, linksTried: 0 },
      fallback: { ...fallback, loss: null },
      verification: { heard: false, redials: 0 },
      uptime: { ...uptime, totalMs: totalMsAt(uptime, now), openedAt: now },
    };
  }),
  noteStable: baseSetup.assign(({ context: { retry, peer, uptime } }) => ({
    retry: { ...retry, attempt: 0 },
    peer: { ...peer, restarts: 0 },
    uptime: { ...uptime, stable: true },
  })),
  /** A link over a session that lives needs nothing else: where it came to nothing the other side does not take it. */
  noteDeclined: baseSetup.assign(({ context: { replacement, link, negotiation } }) => {
    const failed = (replacement ?? link)?.via;
    const { declined, linksTried } = negotiation;
    if (failed === undefined || !isCarriedBySession(failed) || declined.includes(failed)) return {};
    // It cost no time: the other transports have all their generations.
    return { negotiation: { ...negotiation, declined: [...declined, failed], linksTried: linksTried - 1 } };
  }),
  resetLinksTried: baseSetup.assign(({ context: { negotiation } }) => ({
    negotiation: { ...negotiation, linksTried: 0 },
  })),
  noteLoss: baseSetup.assign(({ context, event }) => {
    const { failedLinks, upgradesTried } = countFailedLink(context);
    return {
      fallback: { loss: lossOf(event), failedLinks },
      upgrade: { ...context.upgrade, tried: upgradesTried },
    };
  }),
  setReasonOfLoss: baseSetup.assign(({ context: { fallback } }) => ({
    reason: fallback.loss?.reason ?? 'link-lost',
    code: fallback.loss?.code ?? null,
  })),
  setReasonOfReplacement: baseSetup.assign(({ context }) => ({
    reason: replacementReason(context),
    code: null,
    fallback: {
      ...context.fallback,
      failedLinks: isLinkCarried(context.replacement) ? context.fallback.failedLinks : 0,
    },
  })),
  setReasonSuperseded: baseSetup.assign({ reason: 'superseded', code: 'ERR_INSTANCE' }),
  forgetUpgrades: baseSetup.assign(({ context: { upgrade } }) => ({ upgrade: { ...upgrade, tried: 0 } })),
  noteUpgrade: baseSetup.assign(({ context: { upgrade } }) => ({ upgrade: { ...upgrade, tried: upgrade.tried + 1 } })),
  planUpgrade: baseSetup.assign(({ context }) => {
    const { policy, upgrade, decisionInputs } = context;
    if (!canUpgrade(context)) return {};
    return {
      upgrade: { ...upgrade, delayMs: backoffDelay(policy.upgrade, upgrade.tried, decisionInputs.random()) },
    };
  }),
  noteVerification: baseSetup.assign(({ context: { retry, upgrade, verification, decisionInputs } }) => ({
    retry: { ...retry, hintAt: decisionInputs.monotonic() },
    upgrade: { ...upgrade, tried: 0 },
    verification: { ...verification, redials: 0 },
  })),
  noteHeard: baseSetup.assign(({ context: { verification } }) => ({ verification: { ...verification, heard: true } })),
  forgetHeard: baseSetup.assign(({ context: { verification } }) => ({
    verification: { ...verification, heard: false },
  })),
};
