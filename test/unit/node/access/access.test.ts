import { expect, it } from 'vitest';
import { type Access, makeNetworkKey } from '../../../../src/index.ts';
import { parseOptions } from '../../../../src/node/options/options.ts';
import { createMemoryNetwork, createVirtualClock } from '../../../../src/testing/index.ts';

const id = 'a'.repeat(52);
const networkKey = makeNetworkKey();
const policyOf = (access: Access) => parseOptions({ access }).access;

it('access can deny ids, beside each of its forms', () => {
  expect(policyOf({ open: true, deny: [id] })).toEqual({ deny: new Set([id]) });
  expect(policyOf({ open: true })).toEqual({});
  expect(policyOf({ networkKey, deny: [id] })).toMatchObject({ deny: new Set([id]), networkKey: expect.anything() });
  expect(policyOf({ allow: [id], deny: new Set([id]) })).toEqual({ allow: new Set([id]), deny: new Set([id]) });
});

it('when access has a deny list alone, rejects it; open access has no conditions', () => {
  expect(() => policyOf({ deny: [id] })).toThrow(expect.objectContaining({ code: 'ERR_ACCESS_REQUIRED' }));
  expect(() => policyOf({ open: true, networkKey } as never)).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }));
  expect(() => policyOf({ open: true, allow: [id] } as never)).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }));
  expect(() => policyOf({ open: true, deny: ['x'] })).toThrow(/access\.deny: "x" is not a device id/);
});

it('a device that is denied is heard and never dialed, and does not get in when it dials', async () => {
  const clock = createVirtualClock();
  const network = createMemoryNetwork({ clock });
  const stranger = network.createNode({ name: 'stranger', access: 'open', autoConnect: false });
  await stranger.start();
  const node = network.createNode({ name: 'node', access: { open: true, deny: [stranger.id] } });
  const changes: unknown[] = [];
  node.connections$.subscribe((change) => changes.push(change));
  await node.start();
  const dialed = stranger.connect(network.addressOf(node)).then(
    () => 'connected',
    ({ code }: { code: string }) => code,
  );
  await clock.advanceAsync(1_000);
  expect(await dialed).toBe('ERR_NOT_ALLOWED');
  expect(changes).toEqual([]);
  expect(Object.keys(node.stats().refused)).toEqual(['ERR_NOT_ALLOWED']);
  const stopped = Promise.all([node.stop(), stranger.stop()]);
  await clock.advanceAsync(10_000);
  await stopped;
});
