import { randomBytes } from 'node:crypto';
import { ephemeralIdentity } from '../../adapters/identity/ephemeral.ts';
import type { IdentityStore } from '../../adapters/identity/port.ts';
import type { ConnectionChange, LanpeerNode, Peer } from '../../api.ts';
import type { Clock } from '../../environment.ts';
import { makeNetworkKey } from '../../protocol/network-key.ts';
import { createMemoryNetwork, type MemoryNetwork } from '../memory-network.ts';
import { createHostClock, type HostClock } from '../simulation/host-clock.ts';
import { createSeeded } from '../simulation/seeded.ts';
import { createVirtualClock, type VirtualClock } from '../virtual-clock.ts';
import type { PeerEvent, PeerPhase } from './model.ts';

/** Where a program under test lives: a network in memory, its own node on it, and one other device. */
export interface PeerWorld {
  readonly clock: VirtualClock;
  readonly network: MemoryNetwork;
  /** The node of the program. */
  readonly node: LanpeerNode;
  /** The other device as it runs now, or ran last; undefined before it appeared. */
  readonly peer: LanpeerNode | undefined;
  /** Everything that `connections$` of the program's node has told of the other device. */
  readonly changes: readonly ConnectionChange[];
  /** What the program sees of it now, as its node says. */
  readonly phase: PeerPhase;
  begin(): Promise<void>;
  /** Makes that happen, and lets time pass until it has shown. */
  happen(event: PeerEvent): Promise<void>;
  end(): Promise<void>;
}

/** Milliseconds after which an event has shown; a cut-off peer is noticed within 8.5 s. */
const settleMs: Readonly<Partial<Record<PeerEvent, number>>> = {
  cut: 10_000,
  powerLost: 10_000,
  udpBlocked: 12_000,
  udpFree: 70_000,
  heals: 60_000,
  comesBack: 60_000,
  timePasses: 900_000,
};

/** One key, and a higher instance at each start: a killed process gives nothing back. */
async function createIdentity(clock: Clock): Promise<{ readonly id: string; readonly store: IdentityStore }> {
  const first = await ephemeralIdentity({ clock }).open();
  let { counter } = first.instance;
  const store: IdentityStore = {
    open() {
      counter += 1;
      const instance = { counter, random: randomBytes(8).toString('hex') };
      return Promise.resolve({ ...first, instance, release: () => Promise.resolve() });
    },
  };
  return { id: first.id, store };
}

/** @param lower Whether the program's node has the lower id, which makes the offers. */
export async function createPeerWorld(lower: boolean): Promise<PeerWorld> {
  const clock = createVirtualClock();
  const { random } = createSeeded(1);
  const network = createMemoryNetwork({ clock, random });
  const access = { networkKey: makeNetworkKey() };
  const own = await createIdentity(clock);
  let other = await createIdentity(clock);
  while (own.id < other.id !== lower) other = await createIdentity(clock);
  const node = network.createNode({ name: 'own', access, identity: own.store });
  let peer: LanpeerNode | undefined;
  let peerClock: HostClock | undefined;
  const live = new Set<LanpeerNode>([node]);
  const changes: ConnectionChange[] = [];
  let peers: ReadonlyMap<string, Peer> = new Map();
  node.connections$.subscribe((change) => void (change.id === other.id && changes.push(change)));
  node.peers$.subscribe((now) => {
    peers = now;
  });

  /** Time passes while that is done, and a while longer; how it ends shows elsewhere. */
  async function passing(doing: Promise<unknown>, ms: number): Promise<void> {
    let done = false;
    const end = (): void => {
      done = true;
    };
    doing.then(end, end);
    await clock.advanceAsync(ms);
    for (let second = 0; second < 60 && !done; second += 1) await clock.advanceAsync(1_000);
    if (!done) throw new Error('What was begun a minute ago has not ended.');
  }

  async function startPeer(): Promise<void> {
    peerClock = createHostClock(clock, random);
    peer = network.createNode({ name: 'other', access, identity: other.store, clock: peerClock });
    live.add(peer);
    await peer.start();
  }

  function current(): LanpeerNode {
    if (!peer) throw new Error('The peer has not appeared yet.');
    return peer;
  }

  /** Nothing of that run happens any more. */
  function kill(by: 'process' | 'power'): void {
    network.kill(current(), by);
    live.delete(current());
    peerClock?.stop();
  }

  const acts: Readonly<Record<PeerEvent, () => unknown>> = {
    appears: startPeer,
    linksDrop: () => network.dropLinks(node, current()),
    everythingDrops: () => network.drop(node, current()),
    cut: () => network.cut(node, current()),
    heals: () => network.heal(),
    udpBlocked() {
      network.blockWebrtc(node, current());
      network.dropLinks(node, current());
    },
    udpFree: () => network.heal(),
    killed: () => kill('process'),
    powerLost: () => kill('power'),
    rebooted() {
      kill('power');
      return startPeer();
    },
    comesBack: startPeer,
    stops: () => current().stop(),
    leaves: () => current().disconnect(node.id),
    returns: () => current().connect(network.addressOf(node)),
    disconnect: () => node.disconnect(other.id),
    connect: () => node.connect(network.addressOf(current())),
    timePasses: () => undefined,
    stop: () => node.stop(),
  };

  return {
    clock,
    network,
    node,
    get peer() {
      return peer;
    },
    changes,
    get phase() {
      const last = changes.at(-1);
      if (!last) return 'unknown';
      if (last.state === 'connected') return peers.has(other.id) ? 'connected' : 'failed';
      if (last.state === 'closed') return 'closed';
      return last.gaveUp ? 'gaveUp' : 'failed';
    },
    begin: () => node.start(),
    happen: (event) => passing(Promise.resolve(acts[event]()), settleMs[event] ?? 5_000),
    end: () => passing(Promise.all([...live].map((run) => run.stop())), 20_000),
  };
}
