import { describe, expect, it } from 'vitest';
import { type LanpeerNode, limits, makeNetworkKey, type PeerStats } from '../../../../src/index.ts';
import { createMemoryNetwork, createVirtualClock } from '../../../../src/testing/index.ts';
import { startOnMemory, startPairOnMemory } from '../../../support/memory-pair.ts';

function statsOf(node: LanpeerNode, id: string): PeerStats {
  const stats = node.stats().peers[id];
  if (!stats) throw new Error('nothing is known of that peer');
  return stats;
}

const nothing = { messages: 0, bytes: 0 };

describe('the figures of a peer', () => {
  it('count its messages and bytes, on both sides', async () => {
    const { clock, a, b } = await startPairOnMemory();
    b.respond('sum', () => 3);
    for (let n = 0; n < 10; n += 1) await a.send(b.id, 'n', n);
    await b.send(a.id, 'n', 1, { volatile: true });
    const answer = a.request(b.id, 'sum', null);
    await clock.advanceAsync(1_000);
    await answer;
    const [here, there] = [statsOf(a, b.id), statsOf(b, a.id)];
    expect(here.messages).toEqual({ sent: 10, received: 1 });
    expect(there.messages).toEqual({ sent: 1, received: 10 });
    // All that one of two nodes sends goes to the other.
    expect([here.bytes, there.bytes]).toEqual([a.stats().bytes, b.stats().bytes]);
    expect(here.bytes.sent).toBe(there.bytes.received);
    expect(there.bytes.sent).toBe(here.bytes.received);
    expect([here.queued, there.queued]).toEqual([nothing, nothing]);
  });

  it('are kept apart, and add up to those of the node', async () => {
    const { clock, nodes } = await startOnMemory(3);
    const [a, b, c] = nodes as [LanpeerNode, LanpeerNode, LanpeerNode];
    await a.send(b.id, 'n', 1);
    await a.broadcast('n', 2);
    await clock.advanceAsync(1_000);
    expect(Object.keys(a.stats().peers).sort()).toEqual([b.id, c.id].sort());
    expect([statsOf(a, b.id).messages.sent, statsOf(a, c.id).messages.sent]).toEqual([2, 1]);
    expect(a.stats().messages.sent).toBe(3);
    expect(statsOf(a, b.id).bytes.sent + statsOf(a, c.id).bytes.sent).toBe(a.stats().bytes.sent);
  });

  it('show what is queued: it grows while nothing passes, and is nothing once all has its fate', async () => {
    const { clock, network, a, b } = await startPairOnMemory();
    b.respond('sum', () => 3);
    network.cut(a, b);
    for (let n = 0; n < 10; n += 1) await a.send(b.id, 'n', new Uint8Array(100));
    const large = a.send(b.id, 'n', new Uint8Array(2_000_000));
    const answer = a.request(b.id, 'sum', null);
    await clock.advanceAsync(10_000);
    await large;
    const { queued } = statsOf(a, b.id);
    expect(queued.messages).toBe(12);
    expect(queued.bytes).toBeGreaterThan(2_001_000);
    expect(queued.bytes).toBeLessThan(2_003_000);
    network.heal();
    await clock.advanceAsync(60_000);
    await answer;
    expect([statsOf(a, b.id).queued, statsOf(b, a.id).queued]).toEqual([nothing, nothing]);
  });

  it('go on over links, and do not count what is refused or waits for room', async () => {
    const { clock, network, a, b } = await startPairOnMemory();
    await a.send(b.id, 'n', 1);
    network.dropLinks(a, b);
    await clock.advanceAsync(5_000);
    expect(statsOf(a, b.id).messages.sent).toBe(1);
    network.cut(a, b);
    for (let n = 0; n < limits.messages.queued; n += 1) await a.send(b.id, 'n', n);
    await expect(a.send(b.id, 'n', 1, { wait: false })).rejects.toMatchObject({ code: 'ERR_BACKPRESSURE' });
    const waits = a.send(b.id, 'n', 1);
    await clock.advanceAsync(10);
    expect(statsOf(a, b.id).queued.messages).toBe(limits.messages.queued);
    network.heal();
    await clock.advanceAsync(30_000);
    await waits;
    expect(statsOf(a, b.id).queued).toEqual(nothing);
  });

  it('are nothing queued when an outage settled everything, and go when no caller waits for them', async () => {
    const { clock, network, a, b } = await startPairOnMemory();
    network.cut(a, b);
    await a.send(b.id, 'n', 1);
    await clock.advanceAsync(limits.messages.outageMs + 20_000);
    expect(statsOf(a, b.id).queued).toEqual(nothing);
    await clock.advanceAsync(limits.messages.rememberMs);
    expect(a.stats().peers).toEqual({});
  });

  it('are those of so many peers as there may be', async () => {
    const clock = createVirtualClock();
    const network = createMemoryNetwork({ clock });
    const access = { networkKey: makeNetworkKey() };
    const make = (name: string, maxPeers: number) => network.createNode({ name, access, maxPeers, discovery: false });
    const [full, ...others] = [make('full', 2), ...['b', 'c', 'd', 'e'].map((name) => make(name, 64))];
    if (!full) throw new Error('five nodes were made');
    await Promise.all([full, ...others].map((node) => node.start()));
    const tries = Promise.allSettled(others.map((node) => node.connect(network.addressOf(full))));
    await clock.advanceAsync(60_000);
    expect((await tries).filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect(Object.keys(full.stats().peers)).toHaveLength(2);
    const stopped = Promise.all([full, ...others].map((node) => node.stop()));
    await clock.advanceAsync(20_000);
    await stopped;
  });

  it('leave with a peer that is left, and begin anew when it is back', async () => {
    const { clock, network, a, b } = await startPairOnMemory();
    await a.send(b.id, 'n', 1);
    const left = a.disconnect(b.id);
    await clock.advanceAsync(5_000);
    await left;
    expect([a.stats().peers, b.stats().peers]).toEqual([{}, {}]);
    const back = a.connect(network.addressOf(b));
    await clock.advanceAsync(5_000);
    await back;
    expect(statsOf(a, b.id).messages).toEqual({ sent: 0, received: 0 });
  });
});
