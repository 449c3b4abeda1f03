import { ignoreRejection, type PeerRig } from './peer-rig.ts';

interface PeerEventDefinition {
  /** As in the description of a path. */
  readonly text: string;
  readonly run: (rig: PeerRig) => unknown;
}

const allTraffic = ['link', 'signalling', 'mdns'] as const;

/** What can happen to a node and its one peer. */
export const peerEvents = {
  peerAppears: { text: 'the peer appears', run: (rig) => rig.startPeer() },
  peerAppearsUnannounced: {
    text: 'the peer starts without announcing itself',
    run: (rig) => rig.startPeer({ discovery: false }),
  },
  peerAppearsBehindFirewall: {
    text: 'the peer appears behind a firewall that drops UDP',
    run(rig) {
      rig.block(['link']);
      return rig.startPeer();
    },
  },
  peerAppearsUnreachable: {
    text: 'the peer is announced, but TCP to it is blocked',
    run(rig) {
      rig.block(['signalling']);
      return rig.startPeer();
    },
  },
  peerAppearsAndRefuses: {
    text: 'a peer appears whose allow-list lacks this device',
    run: (rig) => rig.startPeer({ refuses: true }),
  },
  peerAppearsWithoutCommonTransport: {
    text: 'a peer appears that shares no transport that works',
    run(rig) {
      rig.block(['link']);
      return rig.startPeer({ transports: ['webrtc'] });
    },
  },
  peerAppearsWithoutTls: {
    text: 'a peer appears that allows only WebRTC',
    run: (rig) => rig.startPeer({ transports: ['webrtc'] }),
  },
  peerConnects: { text: 'the peer connects to this device', run: (rig) => rig.peerConnects() },
  peerDisconnects: {
    text: 'the peer disconnects',
    run: ({ peer, node }) => ignoreRejection(peer.disconnect(node.id)),
  },
  peerStops: { text: 'the peer stops', run: ({ peer }) => ignoreRejection(peer.stop()) },
  peerIsKilled: { text: 'the process of the peer is killed', run: (rig) => rig.kill('process') },
  peerStartsAgain: {
    text: 'the peer starts again',
    run: (rig) => rig.startPeer(),
  },
  peerStartsAgainUnannounced: {
    text: 'the peer starts again without announcing itself, and connects to this device',
    async run(rig) {
      await rig.startPeer({ discovery: false });
      rig.peerConnects();
    },
  },
  peerCrashesAndRestarts: {
    text: 'the host of the peer loses power and is back at once',
    run(rig) {
      rig.kill('power');
      return rig.startPeer();
    },
  },
  peerIsRestored: {
    text: 'the host of the peer loses power, and an old copy of its state directory starts',
    run(rig) {
      rig.kill('power');
      return rig.startPeer({ older: true });
    },
  },
  peerMoves: {
    text: 'the links freeze, and the peer is announced at one more address',
    run(rig) {
      rig.block(['link']);
      rig.announceMove();
    },
  },
  peerMovesBriefly: {
    text: 'the links freeze for a second, and the peer is announced at one more address',
    async run(rig) {
      rig.block(['link']);
      rig.announceMove();
      await rig.clock.advanceAsync(1_000);
      rig.heal();
    },
  },
  linksBreak: {
    text: 'the links break',
    run(rig) {
      // Else a multicast answer would make both try again within two milliseconds.
      rig.block(['mdns']);
      rig.network.dropLinks(rig.node, rig.peer);
    },
  },
  socketsBreak: {
    text: 'links and signalling break',
    run(rig) {
      rig.block(['mdns']);
      rig.network.drop(rig.node, rig.peer);
    },
  },
  pathIsCut: { text: 'the path is cut', run: (rig) => rig.block(allTraffic) },
  pathIsCutOneWay: {
    text: 'nothing from this device arrives any more',
    run: (rig) => rig.block(allTraffic, 'out'),
  },
  pathFlickers: {
    text: 'the path is cut for three seconds',
    async run(rig) {
      rig.block(allTraffic);
      await rig.clock.advanceAsync(3_000);
      rig.heal();
    },
  },
  pathHeals: { text: 'the path heals', run: (rig) => rig.heal() },
  programConnects: { text: 'the program calls connect', run: (rig) => rig.connect() },
  programConnectsToDeadPort: {
    text: 'the program calls connect, where nothing listens',
    run: (rig) => rig.connectToDeadPort(),
  },
  programDisconnects: {
    text: 'the program calls disconnect',
    run: ({ node, peerId }) => ignoreRejection(node.disconnect(peerId)),
  },
  programDenies: { text: 'the program denies the peer', run: (rig) => rig.deny() },
  programStops: { text: 'the program stops its node', run: ({ node }) => ignoreRejection(node.stop()) },
  peerIsAnnounced: { text: 'the peer is announced anew', run: (rig) => rig.announceMove() },
  copyStarts: { text: 'a newer copy of this device starts', run: (rig) => rig.startCopy() },
  copyStartsUnreachable: {
    text: 'a newer copy of this device starts, which the two cannot tell each other',
    run(rig) {
      rig.blockCopy();
      return rig.startCopy();
    },
  },
  copyStops: { text: 'the newer copy stops', run: (rig) => rig.stopCopy() },
  timePasses: { text: 'time passes', run: () => undefined },
  tenMinutesPass: { text: 'more than ten minutes pass', run: () => undefined },
} as const satisfies Record<string, PeerEventDefinition>;

/** The name of something that can happen. */
export type PeerEvent = keyof typeof peerEvents;
