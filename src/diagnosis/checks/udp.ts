import { limits } from '../../limits.ts';
import type { Facts } from '../facts.ts';
import { type Finding, findingsOf } from '../finding.ts';
import { ago, count, listOf, nameOf } from '../words.ts';

const finding = findingsOf('udp');

/** Whether UDP carries the links, or TLS stands in for it. */
export function checkUdp({ node }: Facts): Finding {
  const { peers, takesWebrtc } = node;
  const evidence = peers
    .map((peer) => `${nameOf(peer)} over ${peer.via}, connected ${ago(peer.forMs)}`)
    .slice(0, limits.diagnosis.lines);
  if (!takesWebrtc) return finding('ok', 'Not needed: this node takes links over TLS alone.', { evidence });
  if (peers.length === 0) return finding('unknown', 'No peer is connected, so no UDP was tried.');
  const behind = peers.filter(
    ({ via, takesWebrtc: offers, forMs }) => via === 'tls' && offers && forMs > limits.diagnosis.upgradeMs,
  );
  if (behind.length > 0)
    return finding(
      'fault',
      `UDP does not get through to ${listOf(behind.map(nameOf))}: TLS carries these links, and everything works but large messages wait for each other.`,
      {
        evidence,
        next: 'Allow UDP between the two devices, on all ports; or leave it so, and say --transport tls.',
      },
    );
  const young = peers.filter(({ via, takesWebrtc: offers }) => via === 'tls' && offers);
  if (young.length > 0)
    return finding(
      'unknown',
      `${count(young.length, 'link')} over TLS so far: WebRTC is on its way up, or UDP does not get through.`,
      { evidence },
    );
  return finding('ok', `UDP carries ${count(peers.filter(({ via }) => via === 'webrtc').length, 'link')}.`, {
    evidence,
  });
}
