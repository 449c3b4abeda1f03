import { type PeerWorld, quietly } from './world.ts';

interface Happening {
  /** As the description of a path says it. */
  readonly text: string;
  readonly act: (world: PeerWorld) => unknown;
}

const everything = ['link', 'signalling', 'mdns'] as const;

/** What can happen in the world of a node and its one peer. */
export const happenings = {
  peerAppears: { text: 'the peer appears', act: (world) => world.startPeer() },
  peerAppearsQuietly: {
    text: 'the peer starts without announcing itself',
    act: (world) => world.startPeer({ discovery: false }),
  },
  peerAppearsBehindFirewall: {
    text: 'the peer appears behind a firewall that drops UDP',
    act(world) {
      world.block(['link']);
      return world.startPeer();
    },
  },
  peerAppearsUnreachable: {
    text: 'the peer is heard, but TCP to it is blocked',
    act(world) {
      world.block(['signalling']);
      return world.startPeer();
    },
  },
  peerAppearsAndRefuses: {
    text: 'a peer appears whose allow-list lacks this device',
    act: (world) => world.startPeer({ refuses: true }),
  },
  peerAppearsUnfit: {
    text: 'a peer appears that shares no transport that works',
    act(world) {
      world.block(['link']);
      return world.startPeer({ transports: ['webrtc'] });
    },
  },
  peerAppearsWithoutTls: {
    text: 'a peer appears that allows only WebRTC',
    act: (world) => world.startPeer({ transports: ['webrtc'] }),
  },
  peerConnects: { text: 'the peer connects to this device', act: (world) => world.peerConnects() },
  peerDisconnects: {
    text: 'the peer disconnects',
    act: ({ peer, node }) => quietly(peer.disconnect(node.id)),
  },
  peerStops: { text: 'the peer stops', act: ({ peer }) => quietly(peer.stop()) },
  peerIsKilled: { text: 'the process of the peer is killed', act: (world) => world.kill('process') },
  peerStartsAgain: {
    text: 'the peer starts again',
    act: (world) => world.startPeer(),
  },
  peerStartsAgainQuietly: {
    text: 'the peer starts again without announcing itself, and connects to this device',
    async act(world) {
      await world.startPeer({ discovery: false });
      world.peerConnects();
    },
  },
  peerCrashesAndRestarts: {
    text: 'the host of the peer loses power and is back at once',
    act(world) {
      world.kill('power');
      return world.startPeer();
    },
  },
  peerIsRestored: {
    text: 'the host of the peer loses power, and an old copy of its state directory starts',
    act(world) {
      world.kill('power');
      return world.startPeer({ older: true });
    },
  },
  peerMoves: {
    text: 'the links freeze, and the peer is announced at one more address',
    act(world) {
      world.block(['link']);
      world.announceMove();
    },
  },
  peerMovesBriefly: {
    text: 'the links freeze for a second, and the peer is announced at one more address',
    async act(world) {
      world.block(['link']);
      world.announceMove();
      await world.clock.advanceAsync(1_000);
      world.heal();
    },
  },
  linksBreak: {
    text: 'the links break',
    act(world) {
      // Else a multicast answer would make both try again within two milliseconds.
      world.block(['mdns']);
      world.network.dropLinks(world.node, world.peer);
    },
  },
  socketsBreak: {
    text: 'links and signalling break',
    act(world) {
      world.block(['mdns']);
      world.network.drop(world.node, world.peer);
    },
  },
  pathIsCut: { text: 'the path is cut', act: (world) => world.block(everything) },
  pathIsCutOneWay: {
    text: 'nothing from this device arrives any more',
    act: (world) => world.block(everything, 'out'),
  },
  pathFlickers: {
    text: 'the path is cut for three seconds',
    async act(world) {
      world.block(everything);
      await world.clock.advanceAsync(3_000);
      world.heal();
    },
  },
  pathHeals: { text: 'the path heals', act: (world) => world.heal() },
  programConnects: { text: 'the program calls connect', act: (world) => world.connect() },
  programConnectsInVain: {
    text: 'the program calls connect, where nothing is',
    act: (world) => world.connectInVain(),
  },
  programDisconnects: {
    text: 'the program calls disconnect',
    act: ({ node, peerId }) => quietly(node.disconnect(peerId)),
  },
  programDenies: { text: 'the program denies the peer', act: (world) => world.deny() },
  programStops: { text: 'the program stops its node', act: ({ node }) => quietly(node.stop()) },
  peerIsAnnounced: { text: 'the peer is announced anew', act: (world) => world.announceMove() },
  copyStarts: { text: 'a newer copy of this device starts', act: (world) => world.startCopy() },
  copyStartsUnheard: {
    text: 'a newer copy of this device starts, which the two cannot tell each other',
    act(world) {
      world.blockCopy();
      return world.startCopy();
    },
  },
  copyStops: { text: 'the newer copy stops', act: (world) => world.stopCopy() },
  timePasses: { text: 'time passes', act: () => undefined },
  tenMinutesPass: { text: 'more than ten minutes pass', act: () => undefined },
} as const satisfies Record<string, Happening>;

/** The name of something that can happen. */
export type PeerEvent = keyof typeof happenings;
