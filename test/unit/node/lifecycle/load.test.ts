import { expect, test } from 'vitest';
import { ephemeralIdentity } from '../../../../src/adapters/index.ts';
import { makeNetworkKey } from '../../../../src/index.ts';
import { guardCallbacks } from '../../../../src/node/options/callbacks.ts';
import { parseOptions } from '../../../../src/node/options/options.ts';
import { assembleNode } from '../../../../src/node/runtime/assemble.ts';
import { createMemorySignallingNetwork, createVirtualClock } from '../../../../src/testing/index.ts';

/** A node whose adapters are loaded by that. */
function makeNode(load: () => Promise<void>) {
  const clock = createVirtualClock();
  const signallings = createMemorySignallingNetwork({ clock });
  const access = { networkKey: makeNetworkKey() };
  const config = guardCallbacks(parseOptions({ access, discovery: false, clock, random: () => 0.5 }));
  const node = assembleNode(config, {
    load,
    identity: ephemeralIdentity({ clock }),
    signalling: ({ identity: { id }, greet }) =>
      signallings.signalling({ id, address: '192.0.2.1', port: 0, access: config.access, greet }),
    discovery: null,
    addresses: () => [],
    networkSignature: () => '',
    observe: () => Promise.reject(new Error('not asked for')),
    announce: null,
    transports: new Map(),
  });
  return { node, clock };
}

test('when adapters cannot be loaded, the start fails, opens nothing, and may be called again', async () => {
  let loads = 0;
  const { node } = makeNode(async () => {
    loads += 1;
    if (loads === 1) throw new Error('no such package');
  });
  await expect(node.start()).rejects.toMatchObject({ code: 'ERR_INTERNAL', cause: { message: 'no such package' } });
  // An identity that was not given back would be in use.
  await node.start();
  expect([loads, node.port > 0]).toEqual([2, true]);
  await node.stop();
});

test('when a stop comes while adapters are loaded, the start is overtaken and nothing stays open', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { node } = makeNode(() => promise);
  const started = expect(node.start()).rejects.toMatchObject({ code: 'ERR_NOT_RUNNING' });
  const stopped = node.stop();
  resolve();
  await Promise.all([started, stopped]);
  await node.start();
  await node.stop();
});
