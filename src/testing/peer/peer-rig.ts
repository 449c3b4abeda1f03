import type { IdentityStore } from '../../adapters/identity/port.ts';
import type { LanpeerNode } from '../../api/node.ts';
import type { NodeOptions } from '../../api/options.ts';
import { protocolVersion } from '../../protocol/greeting.ts';
import type { Incarnation } from '../../protocol/incarnation.ts';
import { makeNetworkKey, networkTag, parseNetworkKey } from '../../protocol/network-key.ts';
import { createMemoryNetwork, type MemoryNetwork, type Traffic } from '../memory-network.ts';
import { createHostClock, type HostClock } from '../simulation/host-clock.ts';
import { createVirtualClock, type VirtualClock } from '../virtual-clock.ts';

/** Which of the two has the lower device id: that side makes the offers, the other one waits for them. */
export type Side = 'lower' | 'higher';

export interface PeerRigOptions {
  readonly side: Side;
  /** Called for each run of the peer before it starts. */
  readonly attachPeer: (node: LanpeerNode) => unknown;
}

interface Run {
  readonly node: LanpeerNode;
  readonly clock: HostClock;
}

interface RunOptions extends Pick<NodeOptions, 'discovery' | 'transports'> {
  /** A copy of the state directory as it was at the first start. */
  readonly older?: boolean;
  /** Its allow-list lacks the node under test. */
  readonly refuses?: boolean;
}

/** The node under test and its one peer, on a network in memory, and what brings events about. */
export interface PeerRig {
  readonly clock: VirtualClock;
  readonly network: MemoryNetwork;
  readonly node: LanpeerNode;
  readonly peerId: string;
  startPeer(options?: RunOptions): Promise<void>;
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

const firstCounter = 100;
const incarnationOf = (counter: number): Incarnation => ({ counter, random: counter.toString(16).padStart(16, '0') });

function identityOf(id: string, incarnation: Incarnation): IdentityStore {
  const identity = { id, incarnation, privateKeyPem: '', certificatePem: '', release: () => Promise.resolve() };
  return { open: () => Promise.resolve(identity) };
}

export function createPeerRig({ side, attachPeer }: PeerRigOptions): PeerRig {
  const clock = createVirtualClock();
  const blocked = new Set<string>();
  const network = createMemoryNetwork({
    clock,
    conditions: {
      passes: (kind, from, to) => !blocked.has(`${kind} ${from} ${to}`),
      lateMs: () => 0,
      copies: () => [0],
    },
  });
  const networkKey = makeNetworkKey();
  const tag = networkTag(parseNetworkKey(networkKey));
  const ids = side === 'lower' ? { here: idOf('a'), there: idOf('b') } : { here: idOf('b'), there: idOf('a') };
  const node = network.createNode({
    name: 'here',
    access: { networkKey },
    address: addresses.here,
    identity: identityOf(ids.here, incarnationOf(firstCounter)),
  });
  let run: Run | undefined;
  let copy: LanpeerNode | undefined;
  let runs = 0;
  let incarnation = incarnationOf(firstCounter);

  const current = (): Run => {
    if (!run) throw new Error('the peer does not run');
    return run;
  };
  const peerAddress = () => ({
    address: addresses.there,
    port: run?.node.port || deadPort,
    id: ids.there,
  });

  return {
    clock,
    network,
    node,
    peerId: ids.there,
    get peer() {
      return current().node;
    },
    get peerRuns() {
      return run?.node.state === 'running';
    },
    async startPeer({ older = false, refuses = false, ...options } = {}) {
      runs += 1;
      const clockOfHost = createHostClock(clock, () => 0);
      // An old copy counts on from where it was, with random numbers of its own.
      incarnation = older
        ? { ...incarnationOf(firstCounter), random: 'f'.repeat(16) }
        : incarnationOf(firstCounter + runs);
      const next = network.createNode({
        name: 'there',
        access: refuses ? { networkKey, allow: [ids.there] } : { networkKey },
        address: addresses.there,
        identity: identityOf(ids.there, incarnation),
        clock: clockOfHost,
        ...options,
      });
      run = { node: next, clock: clockOfHost };
      attachPeer(next);
      await next.start();
    },
    kill(by) {
      const killed = current();
      network.kill(killed.node, by);
      killed.clock.stop();
      run = undefined;
    },
    block(kinds, way) {
      for (const kind of kinds) {
        blocked.add(`${kind} ${addresses.here} ${addresses.there}`);
        if (way === undefined) blocked.add(`${kind} ${addresses.there} ${addresses.here}`);
      }
    },
    heal() {
      blocked.clear();
      network.wake();
    },
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
      for (const kind of allTraffic) {
        blocked.add(`${kind} ${addresses.here} ${addresses.copy}`);
        blocked.add(`${kind} ${addresses.copy} ${addresses.here}`);
      }
    },
    announceMove() {
      const { port } = current().node;
      const txt = { version: protocolVersion, id: ids.there, incarnation, name: 'there', networkTag: tag };
      const heard = { kind: 'announced', txt, port, addresses: [addresses.there, addresses.elsewhere] } as const;
      network.forge(heard, addresses.there);
    },
    deny: () => node.setAccess({ networkKey, deny: [ids.there] }),
    connect: () => ignoreRejection(node.connect(peerAddress())),
    connectToDeadPort: () => ignoreRejection(node.connect({ ...peerAddress(), port: deadPort })),
    peerConnects: () => ignoreRejection(current().node.connect(network.addressOf(node))),
    end() {
      blocked.clear();
      network.wake();
      return Promise.all([node, ...(run ? [run.node] : []), ...(copy ? [copy] : [])].map((one) => one.stop()));
    },
  };
}
