import type { IceConnection } from './internals.ts';

/** werift asks a public STUN server, by name, even when none is configured: without a server there is nothing to ask. */
export function removeDefaultStunServer(ice: IceConnection): void {
  ice.stunServer = undefined;
}
