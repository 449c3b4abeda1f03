import type { Claim } from '../../api/devices.ts';
import { limits } from '../../limits.ts';
import { type Endpoint, nameOf } from './endpoint.ts';

/**
 * One address of each source after the other, the latest claim of each first: the claims of one source, of however many
 * addresses and ports, do not come between this node and what another source says.
 */
export function claimedEndpoints(claims: readonly Claim[]): Endpoint[] {
  const bySource = new Map<string, Endpoint[]>();
  for (const { source, port, addresses } of claims) {
    // Many honest nodes share the usual loopback address; any other is a source like those of the network.
    const by = source === '127.0.0.1' ? {} : { source };
    const own = addresses.map((address) => ({ address, port, ...by }));
    bySource.set(source, [...(bySource.get(source) ?? []), ...own]);
  }
  const lists = [...bySource.values()];
  const turns = Math.max(0, ...lists.map((list) => list.length));
  const all = Array.from({ length: turns }, (_, turn) => lists.flatMap((list) => list[turn] ?? [])).flat();
  const unique = new Map(all.toReversed().map((one) => [nameOf(one), one]));
  return [...unique.values()].toReversed().slice(0, limits.dial.addresses);
}

/** Addresses off the link that are claimed. */
export function claimedOffLink(claims: readonly Claim[]): Endpoint[] {
  const all = claims.flatMap(({ offLink = [], port, source }) => offLink.map((address) => ({ address, port, source })));
  return all.slice(0, limits.dial.offLink);
}
