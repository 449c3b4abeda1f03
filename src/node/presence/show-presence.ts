import type { Peer } from '../../api/peers.ts';
import type { Clock } from '../../environment.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import type { Presence } from '../../protocol/presence/presence.ts';
import { noProperties } from '../../protocol/presence/properties.ts';
import type { NodeStreamsSource } from '../../streams/node-streams.ts';
import type { OwnPresenceStore } from './own-presence.ts';
import { PeerPresence } from './peer-presence.ts';

/** What a peer says of itself, as programs see it; it may have said nothing yet. */
export const showPresence = (presence: Presence | undefined): Pick<Peer, 'properties' | 'groups'> => ({
  properties: presence?.properties ?? noProperties,
  groups: [...(presence?.groups ?? [])],
});

export interface ShownPresenceDeps {
  readonly clock: Clock;
  /** What this node says of itself. */
  readonly ownPresence: OwnPresenceStore;
  readonly source: NodeStreamsSource;
}

/** What that peer says of itself, shown with the peer as long as it is connected. */
export const createPeerPresence = (
  id: DeviceId,
  { clock, ownPresence, source }: ShownPresenceDeps,
  refused: (error: unknown) => void,
): PeerPresence =>
  new PeerPresence({
    clock,
    own: () => ownPresence.said,
    changed(presence) {
      const peer = source.peers.get(id);
      if (peer) source.setPeer(id, { ...peer, ...showPresence(presence) });
    },
    refused,
  });
