import type { Message } from 'werift';
import type { IceConnection } from './internals.ts';

/** werift asks a public STUN server, by name, even when none is configured: without a server there is nothing to ask. */
export function askNoStunServer(ice: IceConnection): void {
  ice.stunServer = undefined;
}

/**
 * True for a binding request of the peer: its USERNAME is the two fragments of this negotiation (RFC 8445 section 7.3).
 * werift takes the source of any request as a candidate, so that any host could make it keep pairs without limit.
 */
export function isFromPeer(message: Pick<Message, 'getAttributeValue'>, ice: IceConnection | undefined): boolean {
  return ice !== undefined && message.getAttributeValue('USERNAME') === `${ice.localUsername}:${ice.remoteUsername}`;
}
