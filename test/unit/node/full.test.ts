import { afterEach, expect, it } from 'vitest';
import { type LanpeerNode, makeNetworkKey } from '../../../src/index.ts';
import { createMemoryNetwork, createVirtualClock } from '../../../src/testing/index.ts';

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** A node that has its only peer, and one that comes late; `connect` brings the two together. */
async function startFull(discovery: boolean) {
  const clock = createVirtualClock();
  const network = createMemoryNetwork({ clock });
  const access = { networkKey: makeNetworkKey() };
  const make = (name: string, maxPeers: number) => network.createNode({ name, access, maxPeers, discovery });
  const [full, first, late] = [make('full', 1), make('first', 8), make('late', 8)];
  const told: string[] = [];
  full.errors$.subscribe(({ code }) => told.push(code));
  stops.push(async () => {
    const stopped = Promise.all([full, first, late].map((node) => node.stop()));
    await clock.advanceAsync(20_000);
    await stopped;
  });
  await Promise.all([full.start(), first.start()]);
  const connected = first.connect(network.addressOf(full));
  await clock.advanceAsync(3_000);
  await connected;
  const last = { code: '', reason: '' };
  late.connections$.subscribe(({ id, state, code, reason }) => {
    if (id === full.id && state === 'failed') Object.assign(last, { code, reason });
  });
  await late.start();
  return { clock, network, full, first, late, told, last };
}

const refusedBy = (node: LanpeerNode): number => node.stats().refused.ERR_PEER_LIMIT ?? 0;

it.each(['with', 'without'])('a call of connect to a full node says so, on both sides: %s the id', async (how) => {
  const { clock, network, full, late, told, last } = await startFull(false);
  const { id, ...address } = network.addressOf(full);
  const refused = expect(late.connect(how === 'with' ? { id, ...address } : address)).rejects.toMatchObject({
    code: 'ERR_PEER_LIMIT',
  });
  await clock.advanceAsync(1_000);
  await refused;
  expect(last).toEqual({ code: 'ERR_PEER_LIMIT', reason: 'denied' });
  expect(refusedBy(full)).toBeGreaterThanOrEqual(1);
  expect(refusedBy(late)).toBe(refusedBy(full));
  expect(new Set(told)).toEqual(new Set(['ERR_PEER_LIMIT']));
});

it('a device that hears a full one is told, tries it now and then, and gets in when there is room', async () => {
  const { clock, full, first, late, last } = await startFull(true);
  await clock.advanceAsync(900_000);
  expect(last).toEqual({ code: 'ERR_PEER_LIMIT', reason: 'denied' });
  expect(refusedBy(full)).toBeGreaterThanOrEqual(1);
  expect(refusedBy(full)).toBeLessThanOrEqual(60);
  const left = full.disconnect(first.id);
  await clock.advanceAsync(80_000);
  await left;
  expect(late.stats().connections.connected).toBe(2);
});
