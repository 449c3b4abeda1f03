import { type Clock, systemClock } from '../../src/environment.ts';
import { createNode, type LanpeerNode, makeNetworkKey, type NodeOptions } from '../../src/index.ts';
import type { Via } from '../../src/protocol/via.ts';
import { type CounterName, plantedShare } from './counters.ts';
import { sendStunRequest, wait } from './hooks.ts';
import type { Instruments, Workload } from './measurement.ts';
import { startRelay } from './relay.ts';

const idleSeconds = 4;
/** A planted regression: everything that a node does from time to time it does 15 of 100 more often. */
const hastyClock: Clock = {
  ...systemClock,
  monotonic: () => systemClock.monotonic() * (1 + plantedShare),
  setTimeout: (fn, ms) => systemClock.setTimeout(fn, ms / (1 + plantedShare)),
};

/** Resolves when the link to the peer is one of that transport. */
function connectedOver(node: LanpeerNode, id: string, via: Via): Promise<void> {
  return new Promise((resolve) => {
    const subscription = node.peers$.subscribe((peers) => {
      if (peers.get(id)?.via !== via) return;
      queueMicrotask(() => subscription.unsubscribe());
      resolve();
    });
  });
}

/** A node that the others of this process connect to, and what is done with these connections. */
export class Hub {
  readonly node: LanpeerNode;
  readonly others: readonly LanpeerNode[];
  readonly #via: Via;
  readonly #instruments: Instruments;

  constructor(instruments: Instruments, via: Via, count: number) {
    this.#instruments = instruments;
    this.#via = via;
    const options: NodeOptions = {
      access: { networkKey: makeNetworkKey() },
      interfaces: ['127.0.0.1'],
      discovery: false,
      // Over WebRTC as by default: the first link over TLS, and the upgrade.
      transports: via === 'tls' ? ['tls'] : ['webrtc', 'tls'],
      inspect: instruments.machines.inspect,
      ...(instruments.counters.planted && { clock: hastyClock }),
    };
    this.node = createNode({ ...options, name: 'hub' });
    this.others = Array.from({ length: count }, (_, at) => createNode({ ...options, name: `node ${at}` }));
  }

  async start(): Promise<void> {
    await Promise.all([this.node, ...this.others].map((node) => node.start()));
    this.node.handle('message', () => undefined);
    this.node.respond('echo', ({ data }) => data);
  }

  async connect(other: LanpeerNode, port = this.node.port): Promise<void> {
    const { node } = this;
    const both = [connectedOver(node, other.id, this.#via), connectedOver(other, node.id, this.#via)];
    await other.connect({ address: '127.0.0.1', port, id: node.id });
    await Promise.all(both);
  }

  /** One after another, through a relay that counts TLS records, and what follows. */
  async connecting(others: readonly LanpeerNode[], counters: readonly CounterName[]): Promise<Workload> {
    const { port } = await startRelay(this.node.port, this.#instruments.counters);
    return {
      unit: 'connection',
      units: others.length,
      counters,
      allocates: false,
      run: async () => {
        for (const other of others) {
          await this.connect(other, port);
          if (!this.#instruments.counters.isDueAgain('connection')) continue;
          await other.disconnect(this.node.id);
          await this.connect(other, port);
        }
        await wait(300);
      },
    };
  }

  idling(others: readonly LanpeerNode[], counters: readonly CounterName[]): Workload {
    return {
      unit: 'second of an idle connection',
      units: others.length * idleSeconds,
      counters,
      allocates: false,
      run: async () => {
        if (this.#instruments.counters.planted) sendStunRequest();
        await wait(idleSeconds * 1_000);
      },
    };
  }

  /** In the loop of a program that awaits each. */
  sending(from: LanpeerNode, counters: readonly CounterName[], data: string | Uint8Array, count: number): Workload {
    const to = this.node.id;
    const { counters: counted, machines } = this.#instruments;
    const unit = `message of ${data.length} B`;
    return {
      unit,
      units: count,
      counters,
      allocates: count > 1,
      run: async () => {
        machines.sendPlanted();
        let last = await from.send(to, 'message', data);
        for (let sent = 1; sent < count; sent += 1) {
          last = await from.send(to, 'message', data);
          if (counted.isDueAgain(unit)) last = await from.send(to, 'message', data);
        }
        if (count === 1 && counted.planted)
          last = await from.send(to, 'message', data.slice(0, data.length * plantedShare));
        await last.delivered;
        await wait(100);
      },
    };
  }

  asking(from: LanpeerNode, counters: readonly CounterName[], count: number): Workload {
    const to = this.node.id;
    const { counters: counted, machines } = this.#instruments;
    const data = 'x'.repeat(100);
    return {
      unit: 'request',
      units: count,
      counters,
      allocates: true,
      run: async () => {
        machines.sendPlanted();
        for (let asked = 0; asked < count; asked += 1) {
          await from.request(to, 'echo', data);
          if (counted.isDueAgain('request')) await from.request(to, 'echo', data);
        }
        await wait(100);
      },
    };
  }
}
