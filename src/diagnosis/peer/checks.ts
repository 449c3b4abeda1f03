import type { Facts } from '../facts.ts';
import type { Finding } from '../finding.ts';
import type { PeerFacts } from './facts.ts';

/** The checks of the way to one peer, in the order in which they build upon each other; none where none was asked for. */
export function peerChecks(_peer: PeerFacts, _facts: Facts): readonly Finding[] {
  return [];
}
