import { limits } from '../../limits.ts';
import type { Facts } from '../facts.ts';
import { type Finding, findingsOf } from '../finding.ts';
import { misfitOf } from '../misfit-texts.ts';
import { ago } from '../words.ts';
import type { PeerFacts } from './facts.ts';
import { who } from './who.ts';

const finding = findingsOf('peer-heard');

/** Whether mDNS brings the peer. */
export function checkPeerHeard(peer: PeerFacts, { node }: Facts): Finding {
  const { heard, id, session, via } = peer;
  if (heard) {
    const { source, ageMs, port, version, misfit } = heard;
    const evidence = [`TCP port ${port}, protocol version ${version}`];
    if (misfit) evidence.push(`it announces ${misfitOf[misfit]}`);
    return finding('ok', `${who(peer)} was heard by mDNS from ${source}, ${ago(ageMs)}.`, { evidence });
  }
  if (!node.discovery) return finding('unknown', 'Not asked: this node runs without mDNS.');
  if (id === null) return finding('unknown', `Not asked: no device is known at ${peer.target}.`);
  const seconds = Math.round(node.listenedMs / 1_000);
  const summary = `${who(peer)} was not heard by mDNS in ${seconds} s.`;
  // It may run without mDNS, and then nothing is wrong.
  if (session || via) return finding('unknown', `${summary} It is reached all the same.`);
  return finding(node.listenedMs >= limits.diagnosis.listenMs / 2 ? 'fault' : 'unknown', summary, {
    essential: true,
    next: 'Look whether lanpeer runs there and is in this network. If it is, name it by its address: lanpeer doctor ADDRESS:PORT.',
  });
}
