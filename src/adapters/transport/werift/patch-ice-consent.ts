import type { IceConnection } from './internals.ts';

/**
 * Sends no consent checks (RFC 7675) beside the heartbeat of the link. Its pings are answered under seal by the peer alone,
 * over the same pair, and end a link after 8 s where consent expires after 30 s; two pairs of STUN messages every 5 s, with
 * an HMAC each, are a fifth of what an idle link costs. Checks of the other side are answered.
 */
export function leaveConsentToHeartbeat(ice: IceConnection): void {
  ice.queryConsent = () => {
    ice.consentFresh = true;
  };
}
