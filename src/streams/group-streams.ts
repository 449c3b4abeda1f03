import { distinctUntilChanged, map, type Observable } from 'rxjs';
import type { Groups } from '../api/groups.ts';
import type { Peer } from '../api/peers.ts';
import type { DeviceId } from '../protocol/device-id.ts';

type Peers = ReadonlyMap<DeviceId, Peer>;

/** The peers that are in that group. */
export const membersOf = (peers: Peers, group: string): Peers =>
  new Map([...peers].filter(([, { groups }]) => groups.includes(group)));

const areSameMembers = (one: Peers, other: Peers): boolean =>
  one.size === other.size && [...one].every(([id, peer]) => other.get(id) === peer);

export const membersIn = (peers$: Observable<Peers>, group: string): Observable<Peers> =>
  peers$.pipe(
    map((peers) => membersOf(peers, group)),
    distinctUntilChanged(areSameMembers),
  );

function groupsOf(peers: Peers): Groups {
  const groups = new Map<string, Set<DeviceId>>();
  for (const [id, peer] of peers)
    for (const group of peer.groups) {
      const members = groups.get(group) ?? new Set();
      groups.set(group, members.add(id));
    }
  return groups;
}

const areSameGroups = (one: Groups, other: Groups): boolean =>
  one.size === other.size &&
  [...one].every(([group, ids]) => {
    const others = other.get(group);
    return others?.size === ids.size && [...ids].every((id) => others.has(id));
  });

/** How many groups these are, and how many members they have among the peers. */
export function countGroups(joined: ReadonlySet<string>, peers: Peers): { joined: number; members: number } {
  let members = 0;
  // Who is in no group costs nothing.
  if (joined.size > 0)
    for (const { groups } of peers.values()) for (const group of groups) if (joined.has(group)) members += 1;
  return { joined: joined.size, members };
}

/** The groups that peers are in. */
export const groupsIn = (peers$: Observable<Peers>): Observable<Groups> =>
  peers$.pipe(map(groupsOf), distinctUntilChanged(areSameGroups));
