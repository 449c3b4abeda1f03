import { limits } from '../../limits.ts';
import type { Facts } from '../facts.ts';
import { type Finding, findingsOf } from '../finding.ts';
import { describe, exchanged, largest, passes } from './datagrams.ts';
import type { PeerFacts } from './facts.ts';
import { who } from './who.ts';

const finding = findingsOf('peer-mtu');

/** Payload of the largest datagram of a WebRTC link: an SCTP packet in a DTLS record (RFC 6347), of 37 bytes here. */
const needed = limits.webrtc.mtu + 37;
/** IP and UDP. */
const headers = 28;

/** Whether datagrams as large as those of a link pass, each way. */
export function checkPeerMtu(peer: PeerFacts, _facts: Facts): Finding {
  const seen = exchanged(peer);
  if (!seen || !passes(seen).there || !passes(seen).back)
    return finding('unknown', 'Not asked: no UDP was exchanged both ways.');
  const evidence = describe(seen);
  const { there, back } = largest(seen);
  if (Math.min(there, back) >= needed)
    return finding('ok', `Packets of ${Math.min(there, back) + headers} bytes pass to ${who(peer)} and back.`, {
      evidence,
    });
  // Of each size only what reached the peer comes back: that way is judged by what went there.
  const isThere = there < needed;
  const most = (isThere ? there : back) + headers;
  const way = isThere ? `to ${who(peer)}` : `from ${who(peer)}`;
  return finding(
    'fault',
    `Large packets are lost on the way ${way}: those of ${most} bytes pass, larger ones do not.`,
    {
      evidence,
      next: 'Set the MTU of the interface to what the path carries (a tunnel, PPPoE or VXLAN has less than 1,500), or let fragments and ICMP "fragmentation needed" pass.',
    },
  );
}
