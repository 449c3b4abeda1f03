import type { Discovery, DiscoveryListener } from '../../src/adapters/discovery/port.ts';
import { ephemeralIdentity } from '../../src/adapters/identity/ephemeral.ts';
import type { Device } from '../../src/api/devices.ts';
import type { LanpeerNode } from '../../src/api/node.ts';
import type { ConnectionChange } from '../../src/api/peers.ts';
import { LanpeerError, type LanpeerErrorCode } from '../../src/errors.ts';
import { limits } from '../../src/limits.ts';
import { guardCallbacks } from '../../src/node/options/callbacks.ts';
import { parseOptions } from '../../src/node/options/options.ts';
import { assembleNode } from '../../src/node/runtime/assemble.ts';
import { protocolVersion } from '../../src/protocol/greeting.ts';
import { createVirtualClock, type VirtualClock } from '../../src/testing/index.ts';
import { createSeededRandom } from '../../src/testing/simulation/seeded-random.ts';
import { whenTestEnds } from './hooks.ts';

const stops: (() => Promise<void>)[] = [];

whenTestEnds(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** What becomes of a dial, and after how long. */
export interface Outcome {
  readonly code: LanpeerErrorCode;
  readonly afterMs: number;
}

export const dropped: Outcome = { code: 'ERR_TIMEOUT', afterMs: limits.dial.timeoutMs };
export const rejected: Outcome = { code: 'ERR_REFUSED', afterMs: 1 };
export const denied: Outcome = { code: 'ERR_NOT_ALLOWED', afterMs: 20 };

/** A node that runs, in virtual time, and a device that it hears by mDNS and cannot reach. */
export interface BlockedDevice {
  readonly clock: ReturnType<typeof createVirtualClock>;
  readonly node: LanpeerNode;
  readonly changes: readonly ConnectionChange[];
  /** Each dial since the last call: when, and where to. */
  takeDials(): { readonly at: number; readonly address: string; readonly port: number }[];
  /** Questions by mDNS that the node asked by itself, beside those that come with time. */
  takeQueries(): number;
  outcome: Outcome;
  /** Whether the device is heard. */
  silent: boolean;
  /** The device says something new of itself. */
  says(news: Partial<Device>): void;
  /** A packet of the device, with nothing new. */
  repeats(): void;
}

/** Discovery of a node that hears one device. */
class HeardDevice implements Discovery {
  readonly #clock: VirtualClock;
  #device: Device;
  #listener: DiscoveryListener | undefined;
  #queries = 0;
  #heardAt = Number.NEGATIVE_INFINITY;
  #known = false;
  silent = false;

  constructor(clock: VirtualClock, addresses: readonly string[]) {
    this.#clock = clock;
    this.#device = {
      id: `${'b'.repeat(51)}a`,
      incarnation: { counter: 1, random: '0'.repeat(16) },
      name: 'blocked',
      networkTag: null,
      version: protocolVersion,
      addresses,
      port: 7_000,
      source: addresses[0] ?? '',
      heardAt: 0,
    };
  }

  start(_: unknown, listener: DiscoveryListener): Promise<void> {
    this.#listener = listener;
    this.#ask();
    return Promise.resolve();
  }

  announce(): void {}

  query(): void {
    this.#queries += 1;
    this.#answer();
  }

  stats() {
    return { packets: 0, dropped: 0, malformed: 0, refused: 0, interfaces: {} };
  }

  stop(): Promise<void> {
    this.#listener = undefined;
    return Promise.resolve();
  }

  says(news: Partial<Device>): void {
    this.#device = { ...this.#device, ...news };
    this.hear('updated');
  }

  hear(change: 'refreshed' | 'updated'): void {
    if (this.silent || !this.#listener) return;
    this.#heardAt = this.#clock.monotonic();
    this.#listener.device(this.#known ? change : 'found', this.#device);
    this.#known = true;
  }

  takeQueries(): number {
    const count = this.#queries;
    this.#queries = 0;
    return count;
  }

  #answer(): void {
    this.#clock.setTimeout(() => this.hear('refreshed'), 100);
  }

  /** As the `DeviceTracker` does it. */
  #ask(turn = 0): void {
    if (!this.#listener) return;
    this.#answer();
    const { queryAtMs, queryEveryMs, silentMs } = limits.discovery;
    if (this.#known && this.#clock.monotonic() - this.#heardAt >= silentMs) {
      this.#known = false;
      this.#listener.device('lost', this.#device);
    }
    const next = queryAtMs[turn + 1];
    this.#clock.setTimeout(
      () => this.#ask(turn + 1),
      next === undefined ? queryEveryMs : next - (queryAtMs[turn] ?? 0),
    );
  }
}

export async function makeBlockedDevice(addresses: readonly string[], seed = 1): Promise<BlockedDevice> {
  const clock = createVirtualClock();
  const random = createSeededRandom(seed).next;
  const dials: { at: number; address: string; port: number }[] = [];
  const device = new HeardDevice(clock, addresses);
  const config = guardCallbacks(parseOptions({ access: 'open', clock, random }));
  const node = assembleNode(config, {
    identity: ephemeralIdentity({ clock }),
    signalling: () => ({
      listen: () => Promise.resolve({ port: 7_001 }),
      dial: ({ address, port, signal }) =>
        new Promise((_, reject) => {
          dials.push({ at: clock.monotonic(), address, port });
          const timer = clock.setTimeout(() => reject(new LanpeerError(world.outcome.code)), world.outcome.afterMs);
          const abort = (): void => {
            clock.clearTimeout(timer);
            reject(new LanpeerError('ERR_ABORTED'));
          };
          signal.addEventListener('abort', abort, { once: true });
        }),
      reach: () => Promise.reject(new LanpeerError('ERR_ABORTED')),
      setAccess: () => undefined,
      close: () => Promise.resolve(),
    }),
    discovery: () => device,
    transports: new Map(),
    addresses: () => [],
    networkSignature: () => '',
    observe: async () => (await import('../../src/inspector/index.ts')).createObserver,
    announce: null,
    load: null,
  });
  const changes: ConnectionChange[] = [];
  node.connections$.subscribe((change) => changes.push(change));
  stops.push(async () => {
    const stopped = node.stop();
    await clock.advanceAsync(20_000);
    await stopped;
  });

  const world = {
    clock,
    node,
    changes,
    takeDials: () => dials.splice(0),
    takeQueries: () => device.takeQueries(),
    outcome: dropped,
    get silent() {
      return device.silent;
    },
    set silent(silent: boolean) {
      device.silent = silent;
    },
    says: (news: Partial<Device>) => device.says(news),
    repeats: () => device.hear('refreshed'),
  };
  await node.start();
  return world;
}
