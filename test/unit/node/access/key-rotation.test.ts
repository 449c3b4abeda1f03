import { describe, expect, it } from 'vitest';
import { makeNetworkKey, type NodeOptions } from '../../../../src/index.ts';
import { peersOf, setUpNodes } from '../../../support/access-nodes.ts';

const [first, second, third] = [makeNetworkKey(), makeNetworkKey(), makeNetworkKey()];

describe('keys', () => {
  it('one may be in use after another, and the first is announced', async () => {
    const { start, settle } = setUpNodes();
    const one = await start({ networkKey: [first, second] });
    const other = await start({ networkKey: [second, first, second] });
    await settle();
    expect(peersOf(one.node)).toEqual([other.node.id]);
    const tags: unknown[] = [];
    one.node.devices$.subscribe((devices) => tags.push([...devices.values()].map(({ networkTag }) => networkTag)));
    other.node.setAccess({ networkKey: [first, second] });
    await settle(100);
    const [before, after] = [tags.at(0), tags.at(-1)];
    expect(after).not.toEqual(before);
    expect(one.told().slice(0, 2)).toEqual(['new announced', 'connecting announced']);
    expect(peersOf(one.node)).toEqual([other.node.id]);
  });

  it.each<{ readonly transports: NodeOptions['transports'] & object }>([
    { transports: ['webrtc', 'tls'] },
    { transports: ['webrtc'] },
    { transports: ['tls'] },
  ])('a network changes its key in three steps and loses no message, over $transports', async ({ transports }) => {
    const { start, settle } = setUpNodes();
    const all: Awaited<ReturnType<typeof start>>[] = [];
    for (let no = 0; no < 3; no += 1) all.push(await start({ networkKey: first }, { transports }));
    const got = new Map<string, unknown[]>();
    for (const { node } of all)
      node.handle('count', ({ senderId, data }) => {
        const name = `${senderId} ${node.id}`;
        got.set(name, [...(got.get(name) ?? []), data]);
      });
    await settle();
    let sent = 0;
    const fates: Promise<string>[] = [];
    const pairs = all.flatMap(({ node }) =>
      all.filter((other) => other.node !== node).map((other) => [node, other.node.id] as const),
    );
    async function talk(rounds: number): Promise<void> {
      for (let no = 0; no < rounds; no += 1) {
        for (const [node, to] of pairs) fates.push((await node.send(to, 'count', sent)).delivered);
        sent += 1;
        await settle(50);
      }
    }
    const told = (): readonly string[] => all.flatMap((one) => one.told());
    told();
    await talk(5);

    for (const { node } of all) {
      node.setAccess({ networkKey: [first, second] });
      await talk(5);
    }
    for (const { node } of all) {
      node.setAccess({ networkKey: [second, first] });
      await talk(5);
    }
    expect(told()).toEqual([]);

    for (const { node } of all) {
      node.setAccess({ networkKey: second });
      await talk(5);
      await settle();
      const ended = told().filter((text) => text.startsWith('failed'));
      for (const text of ended) expect(text).toMatch(/^failed (link-lost|remote-lost)/);
    }
    for (const { node } of all) expect(peersOf(node)).toHaveLength(2);
    await talk(5);
    await settle();
    expect(new Set(await Promise.all(fates))).toEqual(new Set(['delivered']));
    const counted = Array.from({ length: sent }, (_, no) => no);
    for (const [node, to] of pairs) expect(got.get(`${node.id} ${to}`)).toEqual(counted);
    // No node accepts the old one any more.
    const late = await start({ networkKey: [third, first] }, { transports });
    await settle();
    expect(peersOf(late.node)).toEqual([]);
  });
});
