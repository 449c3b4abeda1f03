import type { Sctp } from './internals.ts';

/**
 * Sends no HEARTBEATs (RFC 9260 section 8.3), of which werift judges no answer: the heartbeat of the link sends data more
 * often. Those of the other side are answered.
 */
export function leaveHeartbeatToLink(sctp: Sctp): void {
  sctp.heartbeatStart = () => undefined;
}
