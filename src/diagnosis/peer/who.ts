import { nameOf } from '../words.ts';
import type { NoAnswer, PeerFacts } from './facts.ts';

/** The peer, as people know it. */
export const who = ({ id, name, target }: PeerFacts): string =>
  id === null ? target : nameOf({ id, name: name ?? 'the device' });

/** The port on which it listens, as far as it is known. */
export const portOf = ({ addresses, heard }: PeerFacts): number | undefined => addresses[0]?.port ?? heard?.port;

const reasons: Readonly<Record<NoAnswer, string>> = {
  old: 'the peer has a version of lanpeer that does not try such things for others',
  busy: 'the peer is asked too much at the moment: ask again in a few seconds',
  unable: 'the peer has no port to dial, or none left to open',
  silent: 'the peer did not answer in time',
  ended: 'the session with the peer ended meanwhile',
  local: 'this machine has no port left to open',
};

/** Why it is not known what only the peer can see. */
export function whyUnknown(peer: PeerFacts, answer: { readonly none: NoAnswer } | null): string {
  if (answer) return reasons[answer.none];
  return peer.session ? 'there was no time left, or this node has no sockets' : 'there is no session with the peer';
}
