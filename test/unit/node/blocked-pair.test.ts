import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, describe, expect, it } from 'vitest';
import { diagnosticsChannels, makeNetworkKey } from '../../../src/index.ts';
import { limits } from '../../../src/limits.ts';
import { createMemoryNetwork, createVirtualClock } from '../../../src/testing/index.ts';
import type { NetworkConditions } from '../../../src/testing/memory-network.ts';
import { createSeededRandom } from '../../../src/testing/simulation/seeded-random.ts';

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const minute = 60_000;

/** Dials of each node by its name, while `run` runs. */
async function countDials(run: () => Promise<unknown>): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  const count = (said: unknown): void => {
    const { name, step } = said as { readonly name: string; readonly step: string };
    if (step === 'dial') counts[name] = (counts[name] ?? 0) + 1;
  };
  subscribe(diagnosticsChannels.signalling, count);
  try {
    await run();
  } finally {
    unsubscribe(diagnosticsChannels.signalling, count);
  }
  return counts;
}

async function startPair() {
  const clock = createVirtualClock();
  /** What does not pass, from the first to the second and the other way round. */
  const blocked = { forth: false, back: false };
  const conditions: NetworkConditions = {
    passes: (kind, from) => kind === 'mdns' || !(from === '192.0.2.1' ? blocked.forth : blocked.back),
    lateMs: () => 0,
    copies: () => [0],
  };
  const network = createMemoryNetwork({ clock, random: createSeededRandom(3).next, conditions });
  const access = { networkKey: makeNetworkKey() };
  const make = (at: number) => network.createNode({ name: `node ${at}`, access, address: `192.0.2.${at}` });
  const [a, b] = [make(1), make(2)];
  stops.push(async () => {
    const stopped = Promise.all([a.stop(), b.stop()]);
    await clock.advanceAsync(20_000);
    await stopped;
  });
  const start = () => Promise.all([a.start(), b.start()]);
  return { clock, network, a, b, blocked, start };
}

describe('two nodes between which mDNS passes and TCP does not', () => {
  it.each(['both', 'one'])(
    'dial at most 60 times in 15 minutes, and meet when it passes again: %s way blocked',
    async (way) => {
      const { clock, network, a, blocked, start } = await startPair();
      Object.assign(blocked, { forth: true, back: way === 'both' });
      await start();
      const counts = await countDials(() => clock.advanceAsync(15 * minute));
      for (const count of Object.values(counts)) expect(count).toBeLessThanOrEqual(60);
      Object.assign(blocked, { forth: false, back: false });
      network.wake();
      await clock.advanceAsync(limits.backoff.heardRetryMs * 1.25 + 5_000);
      expect(a.stats().connections.connected).toBe(1);
    },
  );

  it.each(['both', 'one'])(
    'dial at most 200 times where a session waits to be resumed: %s way blocked',
    async (way) => {
      const { clock, network, a, blocked, start } = await startPair();
      await start();
      await clock.advanceAsync(minute);
      Object.assign(blocked, { forth: true, back: way === 'both' });
      const counts = await countDials(() => clock.advanceAsync(15 * minute));
      expect(Object.keys(counts)).toHaveLength(2);
      for (const count of Object.values(counts)) expect(count).toBeLessThanOrEqual(200);
      Object.assign(blocked, { forth: false, back: false });
      network.wake();
      await clock.advanceAsync(limits.backoff.heardRetryMs * 1.25 + 5_000);
      expect(a.stats().connections.connected).toBe(1);
    },
  );

  it('are connected again after a short outage in an eighth of its time', async () => {
    const { clock, network, a, blocked, start } = await startPair();
    await start();
    await clock.advanceAsync(minute);
    Object.assign(blocked, { forth: true, back: true });
    await clock.advanceAsync(minute);
    expect(a.stats().connections.connected).toBe(0);
    Object.assign(blocked, { forth: false, back: false });
    network.wake();
    await clock.advanceAsync(minute / 8 + 3_000);
    expect(a.stats().connections.connected).toBe(1);
  });
});
