import { expect, test } from 'vitest';
import { type LanpeerNode, type Message, makeNetworkKey, type Via } from '../../../src/index.ts';
import { makeBreakableNode } from '../../support/breakable-node.ts';
import { whenTestEnds } from '../../support/hooks.ts';
import { connect, hasPeer, nextChange, startPair } from '../../support/nodes.ts';

const isIn =
  (...groups: readonly string[]) =>
  (peer: { readonly groups: readonly string[] }): boolean =>
    [...peer.groups].sort().join() === groups.join();

function record(node: LanpeerNode): Message[] {
  const got: Message[] = [];
  node.handle('x', (message) => void got.push(message));
  return got;
}

test.for<readonly Via[]>([['tls'], ['webrtc']])(
  'a message to a group goes to the members that peers have said to be, over %s',
  async (transports) => {
    const { lower: a, higher: b } = await startPair({ transports });
    const got = record(b);
    b.respond('twice', ({ data, group }) => [group, 2 * (data as number)]);
    const [here, there] = [a.join('game'), b.join('game')];
    await connect(a, b);
    await hasPeer(a, b.id, isIn('game'));
    const result = (await here.send('x', 1)).get(b.id);
    expect(result?.ok && (await result.receipt.delivered)).toBe('delivered');
    expect(got).toMatchObject([{ data: 1, group: 'game', senderId: a.id }]);
    expect((await here.requestAll('twice', 21)).get(b.id)).toEqual({ ok: true, data: ['game', 42] });
    there.leave();
    const late = (await here.send('x', 2)).get(b.id);
    expect(late?.ok && (await late.receipt.delivered)).toBe('refused');
    await hasPeer(a, b.id, isIn());
    expect(await here.send('x', 3)).toEqual(new Map());
    expect(got).toHaveLength(1);
  },
);

test('what is joined and left while there is no link is known with the next one', async () => {
  const access = { networkKey: makeNetworkKey() };
  const [a, b] = [
    makeBreakableNode({ access, transports: ['webrtc'] }),
    makeBreakableNode({ access, transports: ['webrtc'] }),
  ];
  whenTestEnds(async () => {
    await Promise.all([a.node.stop(), b.node.stop()]);
  });
  await Promise.all([a.node.start(), b.node.start()]);
  const one = a.node.join('one');
  a.node.join('two');
  await connect(a.node, b.node);
  await hasPeer(b.node, a.node.id, isIn('one', 'two'));
  const gone = nextChange(b.node, ({ state }) => state !== 'connected');
  const back = nextChange(b.node, ({ state }) => state === 'connected');
  a.breakLinks();
  await gone;
  one.leave();
  a.node.join('three');
  await back;
  await hasPeer(b.node, a.node.id, isIn('three', 'two'));
});

test('when a node starts again, it is in the groups that it is in now', async () => {
  const { lower: a, higher: b } = await startPair({ transports: ['tls'] });
  const group = a.join('before');
  await connect(a, b);
  await hasPeer(b, a.id, isIn('before'));
  await a.stop();
  group.leave();
  a.join('after');
  await a.start();
  await connect(a, b);
  await hasPeer(b, a.id, isIn('after'));
});
