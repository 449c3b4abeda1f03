import { expect, test } from 'vitest';
import {
  addressOf,
  connect,
  hasPeer,
  isUpgraded,
  makeNode,
  nextChange,
  recordChanges,
  startNodes,
  startPair,
} from '../../support/nodes.ts';

test('both sides connect at one moment, 200 times: one link each time, no retry', { timeout: 120_000 }, async () => {
  const { lower, higher } = await startPair();
  for (let turn = 0; turn < 200; turn += 1) {
    const changes = [recordChanges(lower), recordChanges(higher)];
    const [one, other] = await Promise.all([lower.connect(addressOf(higher)), higher.connect(addressOf(lower))]);
    expect([one.id, other.id]).toEqual([higher.id, lower.id]);
    const receipt = await lower.send(higher.id, 'turn', turn);
    expect(await receipt.delivered).toBe('delivered');
    for (const seen of changes) {
      expect(seen.filter(({ state, reason }) => state === 'connected' && reason !== 'upgraded')).toHaveLength(1);
      expect(seen.filter(({ state }) => state === 'failed')).toEqual([]);
      expect(seen.every(({ attempt }) => attempt <= 1)).toBe(true);
    }
    const closed = nextChange(higher, ({ state }) => state === 'closed');
    await lower.disconnect(higher.id);
    await closed;
  }
});

test('when calls of connect run at once, shares one attempt, and a call that gives up does not end it', async () => {
  const { lower, higher } = await startPair();
  const controller = new AbortController();
  const changes = recordChanges(lower);
  const calls = [1, 2, 3].map(() => lower.connect(addressOf(higher)));
  const given = lower.connect({ ...addressOf(higher), signal: controller.signal });
  controller.abort();
  await expect(given).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  const peers = await Promise.all(calls);
  expect(new Set(peers.map(({ id }) => id))).toEqual(new Set([higher.id]));
  expect(changes.filter(({ state }) => state === 'connecting')).toHaveLength(1);
});

test('without an id, connects to any device that answers', async () => {
  const { lower, higher } = await startPair();
  const { address, port } = addressOf(lower);
  const peer = await higher.connect({ address, port });
  const expected = { id: lower.id, name: lower.name, address: '127.0.0.1' };
  expect(peer).toMatchObject({ ...expected, via: 'tls' });
  expect(await isUpgraded(higher, lower.id)).toMatchObject({ ...expected, via: 'webrtc', since: peer.since });
});

test('a node can be stopped and started again: its streams end with each run', async () => {
  const [one, other] = await startNodes(2);
  if (!one || !other) throw new Error('two nodes were asked for');
  await connect(one, other);
  const { id } = one;
  const told: string[] = [];
  const follow = (run: string): void => {
    one.connections$.subscribe({
      next: ({ state, reason }) => reason !== 'upgraded' && told.push(`${run} ${state} ${reason}`),
      complete: () => told.push(`${run} over`),
    });
  };
  follow('first');
  await one.stop();
  expect(one.state).toBe('stopped');
  await expect(one.connect(addressOf(other))).rejects.toMatchObject({ code: 'ERR_NOT_RUNNING' });
  follow('second');
  await one.start();
  expect(one.id).toBe(id);
  await connect(one, other);
  expect(told).toEqual([
    'first closed stopping',
    'first over',
    'second new requested',
    'second connecting requested',
    'second connected opened',
  ]);
});

test('start and stop at once, twice, and while the other is under way: the last call wins', async () => {
  const node = makeNode();
  const starting = node.start();
  const stopping = node.stop();
  await expect(starting).rejects.toMatchObject({ code: 'ERR_NOT_RUNNING' });
  await stopping;
  expect(node.state).toBe('stopped');
  await Promise.all([node.start(), node.start()]);
  expect(node.state).toBe('running');
  const stopped = node.stop();
  await Promise.all([node.start(), stopped]);
  expect([node.state, node.port > 0]).toEqual(['running', true]);
  await Promise.all([node.stop(), node.stop()]);
  expect([node.state, node.port]).toEqual(['stopped', 0]);
});

test('an aborted connect to a peer that is there leaves no connection on either side', async () => {
  const { lower, higher } = await startPair();
  for (const [from, to] of [
    [lower, higher],
    [higher, lower],
  ] as const) {
    for (const at of ['before', 'dialing', 'linking']) {
      const controller = new AbortController();
      if (at === 'before') controller.abort();
      const seen = recordChanges(from);
      const call = from.connect({ ...addressOf(to), signal: controller.signal });
      const rejected = expect(call).rejects.toMatchObject({ code: 'ERR_ABORTED' });
      if (at === 'linking') await nextChange(to, ({ state }) => state === 'connecting');
      controller.abort();
      await rejected;
      expect(seen.map(({ state }) => state)).toEqual(at === 'before' ? [] : ['new', 'connecting', 'closed']);
      if (at === 'linking') await nextChange(to, ({ state }) => state === 'closed');
      expect([from, to].map((node) => Object.values(node.stats().connections))).toEqual([
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0],
      ]);
    }
  }
  await connect(lower, higher);
});

test('when all peer slots are taken, refuses a caller and tells it why', async () => {
  const [small, first, second] = await startNodes(3, { maxPeers: 1 });
  if (!small || !first || !second) throw new Error('three nodes were asked for');
  await connect(small, first);
  await expect(small.connect(addressOf(second))).rejects.toMatchObject({ code: 'ERR_PEER_LIMIT' });
  await expect(second.connect(addressOf(small))).rejects.toThrow();
  expect((await hasPeer(small, first.id)).id).toBe(first.id);
});
