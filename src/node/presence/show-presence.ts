import type { Peer } from '../../api/peers.ts';
import type { Presence } from '../../protocol/presence/presence.ts';
import { noProperties } from '../../protocol/presence/properties.ts';

/** What a peer says of itself, as programs see it; it may have said nothing yet. */
export const showPresence = (presence: Presence | undefined): Pick<Peer, 'properties' | 'groups'> => ({
  properties: presence?.properties ?? noProperties,
  groups: [...(presence?.groups ?? [])],
});
