import type { LanpeerNode } from '../api/node.ts';
import { limits } from '../limits.ts';
import { BoundedMap } from '../util/bounded-map.ts';

/**
 * What devices call themselves: the peers, and those that were peers or were heard not long ago. Subscribes before others
 * do that tell of them.
 */
export function knownNames(node: LanpeerNode): (id: string) => string | undefined {
  const names = new BoundedMap<string, string>(limits.discovery.devices);
  node.deviceEvents$.subscribe(({ device: { id, name } }) => names.set(id, name));
  node.peers$.subscribe((peers) => {
    for (const { id, name } of peers.values()) names.set(id, name);
  });
  return (id) => node.peers.get(id)?.name ?? names.get(id);
}
