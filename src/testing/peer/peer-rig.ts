import type { LanpeerNode } from '../../api/node.ts';
import { makeNetworkKey } from '../../protocol/network-key.ts';
import { createMemoryNetwork, type MemoryNetwork, type Traffic } from '../memory-network.ts';
import { createVirtualClock, type VirtualClock } from '../virtual-clock.ts';
import { firstCounter, identityOf, incarnationOf, type PeerRunOptions, PeerRuns } from './peer-runs.ts';
import { TrafficBlocks } from './traffic-blocks.ts';

/** Which of the two has the lower device id: that side makes the offers, the other one waits for them. */
export type Side = 'lower' | 'higher';

export interface PeerRigOptions {
  readonly side: Side;
  /** Called for each run of the peer before it starts. */
  readonly attachPeer: (node: LanpeerNode) => unknown;
}

/** The node under test and its one peer, on a network in memory, and what brings events about. */
export interface PeerRig {
  readonly clock: VirtualClock;
  readonly network: MemoryNetwork;
  readonly node: LanpeerNode;
  readonly peerId: string;
  startPeer(options?: PeerRunOptions): Promise<void>;
  /** The peer's process or its whole host is gone without notice. */
  kill(by: 'process' | 'power'): void;
  readonly peer: LanpeerNode;
  /** The peer runs, and was not stopped. */
  readonly peerRuns: boolean;
  /** Stops that kind of traffic between the two, or one way. */
  block(kinds: readonly Traffic[], way?: 'out'): void;
  heal(): void;
  /** The state directory of the node was copied: a newer run of it on another host. */
  startCopy(): Promise<void>;
  stopCopy(): void;
  /** Nothing passes between the node and its copy. */
  blockCopy(): void;
  /** mDNS says that the peer has one address more. */
  announceMove(): void;
  connect(): void;
  /** The node under test denies the peer from now on. */
  deny(): void;
  /** Connects to the address of the peer, at a port where nothing listens. */
  connectToDeadPort(): void;
  peerConnects(): void;
  /** Stops both nodes, which takes virtual time. */
  end(): Promise<unknown>;
}

const idOf = (letter: string): string => `${letter.repeat(51)}a`;
const addresses = { here: '192.0.2.1', there: '192.0.2.2', elsewhere: '192.0.2.3', copy: '192.0.2.4' } as const;
const allTraffic = ['link', 'signalling', 'mdns'] as const;
/** A port where nothing listens. */
const deadPort = 9;

/** What such a promise rejects with shows in what the node reports, too. */
export const ignoreRejection = (promise: Promise<unknown>): void => void promise.catch(() => undefined);

export function createPeerRig({ side, attachPeer }: PeerRigOptions): PeerRig {
  const clock = createVirtualClock();
  const blocks = new TrafficBlocks();
  const network = createMemoryNetwork({ clock, conditions: blocks });
  const networkKey = makeNetworkKey();
  const ids = side === 'lower' ? { here: idOf('a'), there: idOf('b') } : { here: idOf('b'), there: idOf('a') };
  const node = network.createNode({
    name: 'here',
    access: { networkKey },
    address: addresses.here,
    identity: identityOf(ids.here, incarnationOf(firstCounter)),
  });
  const peer = new PeerRuns({ network, clock, networkKey, id: ids.there, address: addresses.there, attachPeer });
  let copy: LanpeerNode | undefined;

  const peerAddress = () => ({
    address: addresses.there,
    port: peer.running?.port || deadPort,
    id: ids.there,
  });

  function heal(): void {
    blocks.clear();
    network.wake();
  }

  return {
    clock,
    network,
    node,
    peerId: ids.there,
    get peer() {
      return peer.node;
    },
    get peerRuns() {
      return peer.running?.state === 'running';
    },
    startPeer: (options) => peer.start(options),
    kill: (by) => peer.kill(by),
    block(kinds, way) {
      blocks.block(kinds, addresses.here, addresses.there);
      if (way === undefined) blocks.block(kinds, addresses.there, addresses.here);
    },
    heal,
    async startCopy() {
      copy = network.createNode({
        name: 'here',
        access: { networkKey },
        address: addresses.copy,
        identity: identityOf(ids.here, incarnationOf(2 * firstCounter)),
      });
      await copy.start();
    },
    stopCopy() {
      if (copy) ignoreRejection(copy.stop());
    },
    blockCopy() {
      blocks.block(allTraffic, addresses.here, addresses.copy);
      blocks.block(allTraffic, addresses.copy, addresses.here);
    },
    announceMove: () => peer.announceAddress(addresses.elsewhere),
    deny: () => node.setAccess({ networkKey, deny: [ids.there] }),
    connect: () => ignoreRejection(node.connect(peerAddress())),
    connectToDeadPort: () => ignoreRejection(node.connect({ ...peerAddress(), port: deadPort })),
    peerConnects: () => ignoreRejection(peer.node.connect(network.addressOf(node))),
    end() {
      heal();
      return Promise.all(
        [node, ...(peer.running ? [peer.running] : []), ...(copy ? [copy] : [])].map((one) => one.stop()),
      );
    },
  };
}
