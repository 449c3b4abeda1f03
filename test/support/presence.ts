import type { Clock } from '../../src/environment.ts';
import { PeerPresence } from '../../src/node/presence/peer-presence.ts';
import { noGroups, type OwnPresence } from '../../src/protocol/presence/presence.ts';

/** That of a node and of a peer that say nothing of themselves. */
export const silentPresence = (clock: Clock): PeerPresence =>
  new PeerPresence({ clock, own: () => noPresence, changed: () => undefined, refused: () => undefined });

export const noPresence: OwnPresence = { properties: null, groups: noGroups };
