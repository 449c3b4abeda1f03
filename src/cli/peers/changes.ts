import { printable } from '../../util/printable.ts';
import type { ShownPeer } from './table.ts';

/** What happened to a peer: it is there now, is reached in another way or has another name, or is gone. */
export interface PeerChange {
  readonly change: 'joined' | 'changed' | 'left';
  readonly peer: ShownPeer;
}

const isSame = (a: ShownPeer, b: ShownPeer): boolean =>
  a.via === b.via && a.address === b.address && a.name === b.name && a.since === b.since;

/** What changed between two maps of peers; round trips change all the time, and are no change. */
export function changesOf(
  before: ReadonlyMap<string, ShownPeer>,
  after: ReadonlyMap<string, ShownPeer>,
): readonly PeerChange[] {
  const changes: PeerChange[] = [];
  for (const [id, peer] of before) if (!after.has(id)) changes.push({ change: 'left', peer });
  for (const [id, peer] of after) {
    const known = before.get(id);
    if (!known) changes.push({ change: 'joined', peer });
    else if (!isSame(known, peer)) changes.push({ change: 'changed', peer });
  }
  return changes;
}

/** A change as a line for people. */
export const describeChange = ({ change, peer: { id, name, address, via } }: PeerChange, at: number): string =>
  `${new Date(at).toTimeString().slice(0, 8)}  ${change.padEnd(7)}  ${printable(name)} (${id.slice(0, 8)}) at ${address} over ${via}`;
