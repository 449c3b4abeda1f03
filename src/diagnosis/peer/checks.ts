import type { Facts } from '../facts.ts';
import type { Finding } from '../finding.ts';
import { checkPeerAccess } from './access.ts';
import { checkPeerBack } from './back.ts';
import type { PeerFacts } from './facts.ts';
import { checkPeerHeard } from './heard.ts';
import { checkPeerId } from './identity.ts';
import { checkPeerMtu } from './mtu.ts';
import { checkPeerTcp } from './tcp.ts';
import { checkPeerUdp } from './udp.ts';
import { checkPeerWebrtc } from './webrtc.ts';

const rules: readonly ((peer: PeerFacts, facts: Facts) => Finding)[] = [
  checkPeerHeard,
  checkPeerTcp,
  checkPeerId,
  checkPeerAccess,
  checkPeerBack,
  checkPeerUdp,
  checkPeerMtu,
  checkPeerWebrtc,
];

/** The checks of the way to one peer, in the order in which they build upon each other. */
export const peerChecks = (peer: PeerFacts, facts: Facts): readonly Finding[] => rules.map((rule) => rule(peer, facts));
