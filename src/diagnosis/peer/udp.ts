import type { Facts } from '../facts.ts';
import { type Finding, findingsOf } from '../finding.ts';
import { describe, exchanged, passes } from './datagrams.ts';
import type { PeerFacts } from './facts.ts';
import { who, whyUnknown } from './who.ts';

const finding = findingsOf('peer-udp');

const instead = 'TLS carries the link instead: everything works, but large messages wait for each other.';
const allow = 'UDP on all ports from the other device, or leave it so and say --transport tls';

/** Whether UDP passes between the two, each way. */
export function checkPeerUdp(peer: PeerFacts, _facts: Facts): Finding {
  const { datagrams } = peer;
  const seen = exchanged(peer);
  if (!seen) {
    const none = datagrams && 'none' in datagrams ? datagrams : null;
    // What works was tried.
    if (peer.via === 'webrtc') return finding('ok', `UDP passes: WebRTC carries the link to ${who(peer)}.`);
    return finding('unknown', `Not known whether UDP passes: ${whyUnknown(peer, none)}.`);
  }
  const evidence = describe(seen);
  const { there, back } = passes(seen);
  if (there && back) return finding('ok', `UDP passes to ${who(peer)} and back.`, { evidence });
  if (!there && seen.there.sent === 0 && seen.there.errno)
    return finding(
      'fault',
      `A firewall of this machine lets no UDP out to ${who(peer)} (${seen.there.errno}). ${instead}`,
      {
        evidence,
        next: `Allow outgoing UDP here, or leave it so and say --transport tls.`,
      },
    );
  if (!back && seen.back.sent === 0 && seen.back.errno)
    return finding(
      'fault',
      `A firewall at ${who(peer)} lets no UDP out to this device (${seen.back.errno}). ${instead}`,
      {
        evidence,
        next: `Allow outgoing UDP there, or leave it so and say --transport tls.`,
      },
    );
  if (there)
    return finding('fault', `UDP passes to ${who(peer)}, and none comes back. ${instead}`, {
      evidence,
      next: `Allow, in the firewall of this device, incoming ${allow}.`,
    });
  if (back)
    return finding('fault', `UDP from ${who(peer)} arrives, and none gets there. ${instead}`, {
      evidence,
      next: `Allow, in the firewall there, incoming ${allow}.`,
    });
  return finding('fault', `No UDP passes between this device and ${who(peer)}, in either direction. ${instead}`, {
    evidence,
    next: `Allow, in the firewalls of both devices, ${allow}; the network between may block it too.`,
  });
}
