import { expect, test } from 'vitest';
import { createNode, makeNetworkKey, type Via } from '../../../src/index.ts';
import { makeBreakableNode } from '../../support/breakable-node.ts';
import { codeOf } from '../../support/code-of.ts';
import { whenTestEnds } from '../../support/hooks.ts';
import { connect, hasPeer, isUpgraded, makeNode, nextChange, startPair } from '../../support/nodes.ts';

const saying =
  (properties: object) =>
  (peer: { readonly properties: object }): boolean =>
    JSON.stringify(peer.properties) === JSON.stringify(properties);

test.for<readonly Via[]>([['tls'], ['webrtc']])(
  'what a node says of itself reaches each peer, first and at every change, over %s',
  async (transports) => {
    const access = { networkKey: makeNetworkKey() };
    const a = makeNode({ access, transports, properties: { role: 'camera', version: 1 } });
    const b = makeNode({ access, transports });
    await Promise.all([a.start(), b.start()]);
    await connect(a, b);
    await hasPeer(b, a.id, saying({ role: 'camera', version: 1 }));
    a.setProperties({ role: 'camera', version: 2 });
    b.setProperties({ status: 'new' });
    await hasPeer(b, a.id, saying({ role: 'camera', version: 2 }));
    await hasPeer(a, b.id, saying({ status: 'new' }));
    a.setProperties({});
    await hasPeer(b, a.id, saying({}));
  },
);

test('what a node says of itself outlives its links, and what it says meanwhile arrives with the next one', async () => {
  const access = { networkKey: makeNetworkKey() };
  const [a, b] = [
    makeBreakableNode({ access, transports: ['webrtc'] }),
    makeBreakableNode({ access, transports: ['webrtc'] }),
  ];
  whenTestEnds(async () => {
    await Promise.all([a.node.stop(), b.node.stop()]);
  });
  a.node.setProperties({ no: 1 });
  await Promise.all([a.node.start(), b.node.start()]);
  await connect(a.node, b.node);
  await hasPeer(b.node, a.node.id, saying({ no: 1 }));
  const gone = nextChange(b.node, ({ state }) => state === 'connecting' || state === 'failed');
  const back = nextChange(b.node, ({ state }) => state === 'connected');
  a.breakLinks();
  await gone;
  a.node.setProperties({ no: 2 });
  await back;
  await hasPeer(b.node, a.node.id, saying({ no: 2 }));
});

test('when another transport takes over, what is said stays, and is not told again', async () => {
  const { lower: a, higher: b } = await startPair();
  a.setProperties({ no: 1 });
  await connect(a, b);
  const { properties } = await hasPeer(b, a.id, saying({ no: 1 }));
  await isUpgraded(b, a.id);
  // Over the new link, behind what was said again.
  await (await a.send(b.id, 'x', 1)).delivered;
  expect((await hasPeer(b, a.id)).properties).toBe(properties);
});

test('when a node starts again, it says of itself what it is now', async () => {
  const { lower: a, higher: b } = await startPair({ transports: ['tls'] });
  a.setProperties({ run: 1 });
  await connect(a, b);
  await hasPeer(b, a.id, saying({ run: 1 }));
  await a.stop();
  a.setProperties({ run: 2 });
  await a.start();
  await connect(a, b);
  await hasPeer(b, a.id, saying({ run: 2 }));
});

test('properties that cannot be said are refused, and the ones before stay', async () => {
  const { lower: a, higher: b } = await startPair({ transports: ['tls'] });
  a.setProperties({ no: 1 });
  expect(codeOf(() => a.setProperties({ bytes: new Uint8Array(1) }))).toBe('ERR_DATA');
  expect(codeOf(() => a.setProperties({ text: 'x'.repeat(5_000) }))).toBe('ERR_TOO_LARGE');
  expect(codeOf(() => a.setProperties(null as never))).toBe('ERR_OPTION');
  expect(codeOf(() => createNode({ access: 'open', properties: [] }))).toBe('ERR_OPTION');
  await connect(a, b);
  await hasPeer(b, a.id, saying({ no: 1 }));
});
