import { afterEach, describe, expect, it } from 'vitest';
import { limits } from '../../../src/limits.ts';
import { createMemoryNetwork, createVirtualClock } from '../../../src/testing/index.ts';
import { watchSessions } from '../../support/memory-pair.ts';

const { outageMs } = limits.messages;
const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** A node of two places; one of its peers was cut off soon, and two others have its place and the other one. */
async function startEvicted() {
  const clock = createVirtualClock();
  const network = createMemoryNetwork({ clock });
  const make = (name: string, maxPeers: number) =>
    network.createNode({ name, access: { open: true }, maxPeers, discovery: false });
  const [full, lost, first, second] = [make('full', 2), make('lost', 8), make('first', 8), make('second', 8)];
  const nodes = [full, lost, first, second];
  stops.push(async () => {
    const stopped = Promise.all(nodes.map((node) => node.stop()));
    await clock.advanceAsync(20_000);
    await stopped;
  });
  await Promise.all(nodes.map((node) => node.start()));
  const join = async (node: typeof full): Promise<void> => {
    const joined = node.connect(network.addressOf(full));
    await clock.advanceAsync(2_000);
    await joined;
  };
  await join(lost);
  const got: unknown[] = [];
  lost.handle('n', ({ data }) => got.push(data));
  const sessions = watchSessions(full);
  const reasons: string[] = [];
  full.connections$.subscribe(({ id, state, reason }) => {
    if (id === lost.id && state === 'closed') reasons.push(reason);
  });
  network.cut(full, lost);
  const receipt = await full.send(lost.id, 'n', 1);
  await clock.advanceAsync(20_000);
  await join(first);
  await join(second);
  return { clock, network, full, lost, first, got, receipt, sessions, reasons };
}

describe('a peer whose place another one took', () => {
  it('finds its session within five minutes, and what was sent to it comes once', async () => {
    const { clock, network, full, lost, first, got, receipt, sessions, reasons } = await startEvicted();
    expect(reasons).toEqual(['evicted']);
    const second = await full.send(lost.id, 'n', 2);
    await clock.advanceAsync(outageMs / 2);
    network.heal();
    const left = full.disconnect(first.id);
    await clock.advanceAsync(60_000);
    await left;
    expect([await receipt.delivered, await second.delivered, got]).toEqual(['delivered', 'delivered', [1, 2]]);
    expect(sessions).toContain('resumed');
  });

  it('has no session after that, and nothing is kept of it', async () => {
    const { clock, full, lost, receipt, sessions } = await startEvicted();
    // Metrics have one series a peer that has a place.
    expect(Object.keys(full.stats().peers)).not.toContain(lost.id);
    await clock.advanceAsync(outageMs);
    expect(await receipt.delivered).toBe('unknown');
    expect(sessions.at(-1)).toBe('ended');
    await expect(full.send(lost.id, 'n', 2)).rejects.toMatchObject({ code: 'ERR_NO_PEER' });
  });

  it('has none from the moment on at which access does not let it in any more', async () => {
    const { clock, full, lost, first, receipt } = await startEvicted();
    full.setAccess({ open: true, deny: [first.id] });
    await clock.advanceAsync(0);
    const second = await full.send(lost.id, 'n', 2);
    full.setAccess({ open: true, deny: [lost.id] });
    await clock.advanceAsync(0);
    expect([await receipt.delivered, await second.delivered]).toEqual(['unknown', 'unsent']);
    await expect(full.send(lost.id, 'n', 3)).rejects.toMatchObject({ code: 'ERR_NO_PEER' });
  });

  it('has none either once the program disconnects it', async () => {
    const { clock, full, lost, receipt } = await startEvicted();
    const left = full.disconnect(lost.id);
    await clock.advanceAsync(1_000);
    await left;
    expect(await receipt.delivered).toBe('unknown');
    await expect(full.send(lost.id, 'n', 2)).rejects.toMatchObject({ code: 'ERR_NO_PEER' });
  });
});
