import type { IdentityStore } from '../../src/adapters/index.ts';
import type { LanpeerNode, Logger, NodeOptions, RequestContext } from '../../src/index.ts';
import { makeNetworkKey } from '../../src/index.ts';
import { createMemoryNetwork, createVirtualClock, type Side } from '../../src/testing/index.ts';
import { createHostClock, type HostClock } from '../../src/testing/simulation/host-clock.ts';
import { whenTestEnds } from './hooks.ts';

const ends: (() => Promise<void>)[] = [];

whenTestEnds(async () => {
  for (const end of ends.splice(0)) await end();
});

const idOf = (letter: string): string => `${letter.repeat(51)}a`;

function identityOf(id: string, counter: number): IdentityStore {
  const incarnation = { counter, random: `${counter}`.padStart(16, '0') };
  return {
    open: () =>
      Promise.resolve({ id, incarnation, privateKeyPem: '', certificatePem: '', release: () => Promise.resolve() }),
  };
}

/** One run of the peer, and the data of what came to it. */
export interface PeerRun {
  readonly node: LanpeerNode;
  readonly got: unknown[];
  readonly asked: unknown[];
  /** The process is gone: nothing that it had planned comes. */
  readonly killed: boolean;
}

export interface RestartsOptions extends Pick<NodeOptions, 'transports'> {
  /** Of the node here. */
  readonly side: Side;
  readonly logger?: Logger;
  readonly autoConnect?: NonNullable<NodeOptions['autoConnect']>;
  /** Prepares each run of the peer before it starts. */
  readonly prepare?: (node: LanpeerNode) => void;
  readonly respond?: (request: RequestContext) => unknown;
}

/** A node, and a peer of a fixed id that is started, killed and started again, on a network in memory. */
export function createRestarts({ side, prepare, respond = ({ data }) => data, ...options }: RestartsOptions) {
  const clock = createVirtualClock();
  const network = createMemoryNetwork({ clock });
  const common = {
    access: { networkKey: makeNetworkKey() },
    ...(options.transports && { transports: options.transports }),
  };
  const [own, peerId] = side === 'lower' ? [idOf('a'), idOf('b')] : [idOf('b'), idOf('a')];
  const node = network.createNode({ name: 'here', identity: identityOf(own, 100), ...options, ...common });
  const runs: (PeerRun & { killed: boolean; readonly clock: HostClock })[] = [];

  ends.push(async () => {
    network.heal();
    const stopped = Promise.all(
      [node, ...runs.flatMap((run) => (run.killed ? [] : [run.node]))].map((one) => one.stop()),
    );
    await clock.advanceAsync(30_000);
    await stopped;
  });

  async function start(): Promise<PeerRun> {
    const clockOfHost = createHostClock(clock, () => 0);
    const identity = identityOf(peerId, 101 + runs.length);
    const peer = network.createNode({ name: 'there', identity, clock: clockOfHost, ...common });
    const run = { node: peer, clock: clockOfHost, got: [] as unknown[], asked: [] as unknown[], killed: false };
    runs.push(run);
    peer.handle('n', ({ data }) => void run.got.push(data));
    peer.respond('q', (request) => {
      run.asked.push(request.data);
      return respond(request);
    });
    prepare?.(peer);
    await peer.start();
    await clock.advanceAsync(3_000);
    return run;
  }

  const current = () => {
    const run = runs.at(-1);
    if (!run) throw new Error('the peer does not run');
    return run;
  };

  return {
    clock,
    network,
    node,
    peerId,
    runs,
    get peer() {
      return current();
    },
    start,
    kill(by: 'process' | 'power' = 'process') {
      const run = current();
      network.kill(run.node, by);
      run.clock.stop();
      run.killed = true;
    },
  };
}

export type Restarts = ReturnType<typeof createRestarts>;
