import type { CandidatePair } from '../../adapters/transport/port.ts';
import { limits } from '../../limits.ts';
import type { Facts } from '../facts.ts';
import { type Finding, findingsOf } from '../finding.ts';
import { ago } from '../words.ts';
import { exchanged, passes } from './datagrams.ts';
import type { PeerFacts } from './facts.ts';
import { who } from './who.ts';

const finding = findingsOf('peer-webrtc');

function describe({ local, remote, state, heard }: CandidatePair): string {
  const why = {
    waiting: 'not tried yet',
    checking: heard
      ? 'checks of the peer come, and none of ours is answered'
      : 'no answer, and nothing of the peer comes',
    failed: heard
      ? 'checks of the peer come, and none of ours is answered'
      : 'no answer, and nothing of the peer comes',
    answered: 'answered',
  }[state];
  return `${local} to ${remote}: ${why}`;
}

/** What carries the link, and why not WebRTC: each pair of addresses that was tried. */
export function checkPeerWebrtc(peer: PeerFacts, { node }: Facts): Finding {
  const { via, takesWebrtc, tried, session } = peer;
  if (via === 'webrtc') return finding('ok', `WebRTC carries the link to ${who(peer)}.`);
  if (!node.takesWebrtc) return finding('ok', 'Not needed: this node takes links over TLS alone.');
  if (takesWebrtc === false) return finding('ok', `Not needed: ${who(peer)} takes links over TLS alone.`);
  if (via === null && !session) return finding('unknown', 'Not asked: there is no session with the peer.');
  const now = via === 'tls' ? ' TLS carries the link.' : '';
  if (!tried) return finding('unknown', `WebRTC was not tried yet.${now}`);
  const evidence = tried.pairs.map(describe).slice(0, limits.diagnosis.lines);
  evidence.push(tried.code ? `given up ${ago(tried.ageMs)} (${tried.code})` : 'tried now');
  const isAnswered = tried.pairs.some(({ state }) => state === 'answered');
  const seen = exchanged(peer);
  const isBlocked = seen !== undefined && !(passes(seen).there && passes(seen).back);
  if (!tried.code && !isBlocked) return finding('unknown', `WebRTC is being tried.${now}`, { evidence });
  if (isAnswered)
    return finding('fault', `WebRTC does not open, though UDP passes: the handshake does not come to its end.${now}`, {
      evidence,
      next: 'Large packets may be lost: look at the check of packet sizes.',
    });
  const addresses = 'no pair of addresses of the two answers';
  return finding('fault', `WebRTC does not open: ${addresses}.${now}`, { evidence });
}
