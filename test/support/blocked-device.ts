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
import { createVirtualClock } from '../../src/testing/index.ts';
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

export async function makeBlockedDevice(addresses: readonly string[], seed = 1): Promise<BlockedDevice> {
  const clock = createVirtualClock();
  const random = createSeededRandom(seed).next;
  let listener: DiscoveryListener | undefined;
  const dials: { at: number; address: string; port: number }[] = [];
  let queries = 0;
  let heardAt = Number.NEGATIVE_INFINITY;
  let known = false;
  let device: Device = {
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

  function hear(change: 'refreshed' | 'updated'): void {
    if (world.silent || !listener) return;
    heardAt = clock.monotonic();
    listener.device(known ? change : 'found', device);
    known = true;
  }
  const answer = (): void => void clock.setTimeout(() => hear('refreshed'), 100);
  /** As the `DeviceTracker` does it. */
  function ask(turn = 0): void {
    if (!listener) return;
    answer();
    const { queryAtMs, queryEveryMs, silentMs } = limits.discovery;
    if (known && clock.monotonic() - heardAt >= silentMs) {
      known = false;
      listener.device('lost', device);
    }
    const next = queryAtMs[turn + 1];
    clock.setTimeout(() => ask(turn + 1), next === undefined ? queryEveryMs : next - (queryAtMs[turn] ?? 0));
  }
  const discovery: Discovery = {
    start(_, next) {
      listener = next;
      ask();
      return Promise.resolve();
    },
    announce: () => undefined,
    query() {
      queries += 1;
      answer();
    },
    stats: () => ({ packets: 0, dropped: 0, malformed: 0, refused: 0, interfaces: {} }),
    stop() {
      listener = undefined;
      return Promise.resolve();
    },
  };

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
      setAccess: () => undefined,
      close: () => Promise.resolve(),
    }),
    discovery: () => discovery,
    transports: new Map(),
    networkSignature: () => '',
    observe: async () => (await import('../../src/inspector/index.ts')).createObserver,
    announce: null,
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
    takeQueries() {
      const count = queries;
      queries = 0;
      return count;
    },
    outcome: dropped,
    silent: false,
    says(news: Partial<Device>) {
      device = { ...device, ...news };
      hear('updated');
    },
    repeats: () => hear('refreshed'),
  };
  await node.start();
  return world;
}
