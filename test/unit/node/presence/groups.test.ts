import { describe, expect, it } from 'vitest';
import type { Message } from '../../../../src/index.ts';
import { codeOf } from '../../../support/code-of.ts';
import { outcomeOf, startOnMemory, startPairOnMemory } from '../../../support/memory-pair.ts';

/** Nodes of which all but the last are in a group. */
async function setUp() {
  const { clock, nodes } = await startOnMemory(4);
  const got = nodes.map((node) => {
    const messages: Message[] = [];
    node.handle('x', (message) => void messages.push(message));
    node.respond('name', ({ group }) => `${node.name} of ${group}`);
    return messages;
  });
  const groups = nodes.slice(0, 3).map((node) => node.join('game'));
  await clock.advanceAsync(1_000);
  const [group] = groups;
  const [a, b, , d] = nodes;
  if (!group || !a || !b || !d) throw new Error('there are four nodes');
  return { clock, nodes, groups, group, a, b, d, got };
}

describe('a group', () => {
  it('has the peers that joined it, and groups$ of every node tells of them', async () => {
    const { nodes, group, groups, d, clock } = await setUp();
    const ids = nodes.map(({ id }) => id);
    expect([...group.members.keys()].sort()).toEqual(ids.slice(1, 3).sort());
    const told: string[][] = [];
    d.groups$.subscribe((all) => told.push([...(all.get('game') ?? [])].sort()));
    expect(told).toEqual([ids.slice(0, 3).sort()]);
    groups[1]?.leave();
    await clock.advanceAsync(1_000);
    expect(told.at(-1)).toEqual([ids[0], ids[2]].sort());
    expect([...group.members.keys()]).toEqual([ids[2]]);
  });

  it('gets what is sent to it, and nobody else does, with one result for each member', async () => {
    const { clock, nodes, group, got } = await setUp();
    const messages: Message[] = [];
    const other: Message[] = [];
    const joined = nodes[1]?.join('game');
    joined?.messages$.subscribe((message) => messages.push(message));
    nodes[1]?.join('other').messages$.subscribe((message) => other.push(message));
    const sending = group.send('x', { n: 1 });
    await clock.advanceAsync(1_000);
    const results = await sending;
    expect([...results.keys()].sort()).toEqual([nodes[1]?.id, nodes[2]?.id].sort());
    for (const result of results.values()) expect(result.ok && (await result.receipt.delivered)).toBe('delivered');
    expect(got.map((each) => each.length)).toEqual([0, 1, 1, 0]);
    expect(messages).toStrictEqual(got[1]);
    expect(messages[0]).toMatchObject({ type: 'x', data: { n: 1 }, group: 'game', senderId: nodes[0]?.id });
    expect(other).toEqual([]);
  });

  it('answers requests, each member for itself', async () => {
    const { clock, group, a, b, d } = await setUp();
    const asking = group.requestAll('name', null);
    const one = group.request(b.id, 'name', null);
    // Before anything could come from there.
    await expect(group.request(d.id, 'name', null)).rejects.toMatchObject({ code: 'ERR_NOT_MEMBER' });
    await clock.advanceAsync(1_000);
    expect((await asking).get(b.id)).toEqual({ ok: true, data: 'node 1 of game' });
    expect(await one).toBe('node 1 of game');
    expect((await asking).has(a.id)).toBe(false);
  });

  it('when a peer has just left it, tells the sender so, and keeps the order of what follows', async () => {
    const { clock, group, groups, b, got } = await setUp();
    // The sender does not know of it yet.
    groups[1]?.leave();
    const results = await group.send('x', 1);
    const asked = outcomeOf(group.request(b.id, 'name', null));
    const volatile = await group.send('x', 2, { volatile: true });
    const result = results.get(b.id);
    const late = volatile.get(b.id);
    await clock.advanceAsync(2_000);
    expect(result?.ok && (await result.receipt.delivered)).toBe('refused');
    expect(asked.now).toBe('ERR_NOT_MEMBER');
    expect(late?.ok && (await late.receipt.delivered)).toBe('unknown');
    expect(got[1]).toEqual([]);
    expect(b.stats().messages).toMatchObject({ refused: 2, dropped: 0, received: 0 });
  });

  it('when the program has left it, refuses what is sent to it, and its streams have completed', async () => {
    const { clock, group } = await setUp();
    const ends: string[] = [];
    group.members$.subscribe({ complete: () => ends.push('members') });
    group.messages$.subscribe({ complete: () => ends.push('messages') });
    group.leave();
    group.leave();
    expect(ends).toEqual(['members', 'messages']);
    expect(group.members.size).toBe(0);
    const outcomes = [group.send('x', 1), group.requestAll('name', 1), group.request('id', 'name', 1)].map(outcomeOf);
    await clock.advanceAsync(1);
    expect(outcomes.map(({ now }) => now)).toEqual(Array(3).fill('ERR_NOT_MEMBER'));
  });

  it('that was joined twice is left when both have left', async () => {
    const { clock, group, nodes, d } = await setUp();
    const again = nodes[0]?.join('game');
    group.leave();
    await clock.advanceAsync(1_000);
    expect(d.peers.get(nodes[0]?.id ?? '')?.groups).toEqual(['game']);
    again?.leave();
    await clock.advanceAsync(1_000);
    expect(d.peers.get(nodes[0]?.id ?? '')?.groups).toEqual([]);
  });

  it('has a name of 1 to 64 bytes that can be seen', async () => {
    const { a } = await startPairOnMemory();
    for (const name of ['', 'x'.repeat(65), 'a\u0000', 1])
      expect(codeOf(() => a.join(name as string))).toBe('ERR_GROUP');
  });

  it('outlives a stop of the node, and peers of the next run are told', async () => {
    const { clock, nodes, group, d } = await setUp();
    const [a] = nodes;
    const stopped = a?.stop();
    await clock.advanceAsync(20_000);
    await stopped;
    expect(d.peers.has(a?.id ?? '')).toBe(false);
    void a?.start();
    await clock.advanceAsync(20_000);
    expect(d.peers.get(a?.id ?? '')?.groups).toEqual(['game']);
    expect(group.members.size).toBe(2);
  });

  it('counts in stats(): the groups that a node is in, and their members among its peers', async () => {
    const { clock, nodes, b, d } = await setUp();
    expect([b.stats().groups, d.stats().groups]).toEqual([
      { joined: 1, members: 2 },
      { joined: 0, members: 0 },
    ]);
    b.join('other');
    nodes[2]?.join('other');
    await clock.advanceAsync(1_000);
    expect(b.stats().groups).toEqual({ joined: 2, members: 3 });
  });
});
