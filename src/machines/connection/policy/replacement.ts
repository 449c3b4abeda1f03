import type { LanpeerErrorCode } from '../../../errors.ts';
import type { ConnectionContext, LossFact } from '../context.ts';
import type { ConnectionEvent } from '../events.ts';
import type { Reason } from '../reasons.ts';
import { relateToLink } from './offer.ts';
import { isCarriedBySession, isLinkCarried } from './transport.ts';

/** True if the link goes over another transport than the preferred one, and this side may offer that. */
export function canUpgrade({ offers, link, replacement, transports }: ConnectionContext): boolean {
  return offers && link !== null && link.signalling !== null && replacement === null && link.via !== transports[0];
}

/**
 * True if a link that ended may be replaced by one over a session with the same run of the peer, while the connection
 * stays connected. A link that fell silent says nothing good of its session: where one over that has been tried in the
 * meantime, or carried the link itself, it is over.
 */
export function canFallBack(context: ConnectionContext, silent: boolean, without?: string): boolean {
  const { link, replacement, transports, offers, signalling, policy } = context;
  const { declined } = context.negotiation;
  const usable = transports.filter((via) => isCarriedBySession(via) && !(offers && declined.includes(via)));
  if (usable.length === 0) return false;
  // Links over a session that lives do not end by themselves: the other side ends one after the other.
  if (isLinkCarried(link) && context.fallback.failedLinks >= policy.maxFailedLinks) return false;
  if (silent && (replacement !== null || isLinkCarried(link))) return false;
  return signalling.some(({ key, incarnation }) => key !== without && relateToLink(context, incarnation) === 'same');
}

/** Why a replacement takes over, which both sides can tell from the two transports. */
export function replacementReason({ link, replacement, transports }: ConnectionContext): Reason {
  if (link?.via === replacement?.via) return 'replaced';
  return replacement?.via === transports[0] ? 'upgraded' : 'fallback';
}

/** What a peer does wrong on a link; a link that merely breaks is no fault of the peer. */
export const linkFaults: readonly LanpeerErrorCode[] = ['ERR_PROTOCOL', 'ERR_SEAL', 'ERR_VERSION', 'ERR_BUSY'];

/** Why a link ended, by the event that says so. */
export function lossOf(event: ConnectionEvent): LossFact {
  if (event.type === 'link.down') return { reason: event.silent ? 'silent' : 'link-lost', code: event.code };
  if (event.type === 'remote.lost') return { reason: 'remote-lost', code: null };
  const code = event.type === 'signalling.closed' ? event.code : undefined;
  return { reason: 'link-lost', code: code ?? 'ERR_SIGNALLING' };
}

/** True if the link ended by that event, and one over a session may take its place. */
export function canFallBackAfter(context: ConnectionContext, event: ConnectionEvent): boolean {
  const { link } = context;
  if (!link) return false;
  switch (event.type) {
    case 'link.down':
      // What a peer does wrong waits its back-off out.
      return event.no === link.no && !linkFaults.includes(event.code) && canFallBack(context, event.silent);
    case 'remote.lost':
      return event.generation === link.generation && canFallBack(context, false);
    case 'signalling.closed':
      if (event.code !== undefined && linkFaults.includes(event.code)) return false;
      return isLinkCarried(link) && event.key === link.signalling && canFallBack(context, false, event.key);
    default:
      return false;
  }
}

/** What has failed so often until now, a link ended: after one that was stable both count from the beginning. */
export function countFailedLink({ uptime, decisionInputs, policy, fallback, upgrade }: ConnectionContext): {
  readonly failedLinks: number;
  readonly upgradesTried: number;
} {
  const { openedAt } = uptime;
  const stable = openedAt !== null && decisionInputs.monotonic() - openedAt >= policy.stableMs;
  return stable
    ? { failedLinks: 1, upgradesTried: 0 }
    : { failedLinks: fallback.failedLinks + 1, upgradesTried: upgrade.tried };
}

/** True if a link that is being set up may be given up for one of a new generation: this side offers it over a lossy path. */
export function hasStallLimit({ offers, link, replacement }: ConnectionContext): boolean {
  const coming = replacement ?? link;
  return offers && coming !== null && !isCarriedBySession(coming.via);
}
