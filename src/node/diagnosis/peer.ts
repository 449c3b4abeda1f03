import type { PeerFacts } from '../../diagnosis/peer/facts.ts';
import type { DiagnoseDeps } from './deps.ts';
import type { DiagnosedPeer } from './diagnose-options.ts';

/** As it was asked for: an id, or `address:port`. */
const targetOf = (peer: DiagnosedPeer): string => ('id' in peer ? peer.id : `${peer.address}:${peer.port}`);

/**
 * Looks at the way to that peer, until the signal aborts: then with what is known by then. Never rejects. It runs while the
 * node listens, beside what is found out about this machine.
 */
export async function lookAtPeer(_deps: DiagnoseDeps, peer: DiagnosedPeer, _signal: AbortSignal): Promise<PeerFacts> {
  return { target: targetOf(peer) };
}
