import { describe, expect, it } from 'vitest';
import { protocolVersion } from '../../../../src/protocol/greeting.ts';
import { ask, hex, high, low, setUpCopies } from '../../../support/identity-copies.ts';

describe('announcements of this node’s own id without a proof', () => {
  it('stop nothing, whatever they say, and cost few dials', async () => {
    const world = setUpCopies();
    const watcher = await world.start('watcher', low, { counter: 5, random: hex('5') });
    const node = await world.start('node', high, { counter: 20, random: hex('1') });
    await world.clock.advanceAsync(1_000);
    const before = [watcher.changes.length, node.changes.length];
    for (let no = 0; no < 2_000; no += 1) {
      const address = `203.0.113.${no % 200}`;
      const incarnation = { counter: 10 ** 12 + no, random: hex('f') };
      const txt = { version: protocolVersion, id: high, incarnation, name: 'node', networkTag: null };
      world.network.forge({ kind: 'announced', txt, port: 1_000 + no, addresses: [address] }, address);
      world.network.forge({ kind: 'goodbye', id: high }, address);
      await world.clock.advanceAsync(10);
    }
    expect([watcher.changes.length, node.changes.length]).toEqual(before);
    expect([watcher.peers, node.peers]).toEqual([1, 1]);
    expect(node.codes()).toEqual([]);
    expect(await ask(world, watcher.node, high)).toBe('node');
  });

  it('nor does a peer that is a member and claims to be a newer copy', async () => {
    const world = setUpCopies();
    const watcher = await world.start('watcher', low, { counter: 5, random: hex('5') });
    const node = await world.start('node', high, { counter: 20, random: hex('1') });
    await world.clock.advanceAsync(1_000);
    const { address, port } = world.network.addressOf(watcher.node);
    const txt = {
      version: protocolVersion,
      id: high,
      incarnation: { counter: 99, random: hex('f') },
      name: 'x',
      networkTag: null,
    };
    world.network.forge({ kind: 'announced', txt, port, addresses: [address] }, address);
    await world.clock.advanceAsync(10_000);
    expect([node.node.state, node.peers, node.codes()]).toEqual(['running', 1, []]);
  });
});
