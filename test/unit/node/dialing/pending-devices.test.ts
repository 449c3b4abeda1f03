import { expect, test } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import { createPendingDevices } from '../../../../src/node/dialing/pending-devices.ts';
import { createMemoryNetwork, createVirtualClock } from '../../../../src/testing/index.ts';

test('of many that wait a few are proposed, any of them, and once', async () => {
  const again: string[] = [];
  let chance = 0;
  const {
    add,
    propose,
    delete: remove,
  } = createPendingDevices(
    () => chance,
    (id) => void again.push(id),
  );
  propose();
  for (let no = 0; no <= limits.discovery.devices; no += 1) add(`${no}`);
  remove('1');
  propose();
  propose();
  await Promise.resolve();
  expect(again).toEqual(['2', '3', '4', '5', '6', '7', '8', '9']);
  chance = 0.999;
  propose();
  await Promise.resolve();
  expect(new Set(again).size).toBe(16);
});

test('nodes with just enough places for all of them are whole soon', async () => {
  const clock = createVirtualClock();
  const network = createMemoryNetwork({ clock });
  const nodes = Array.from({ length: 7 }, (_, no) =>
    network.createNode({ name: `${no}`, access: { open: true }, maxPeers: 6 }),
  );
  await Promise.all(nodes.map((node) => node.start()));
  await clock.advanceAsync(5_000);
  expect(nodes.map((node) => node.stats().connections.connected)).toEqual(nodes.map(() => 6));
  const stopped = Promise.all(nodes.map((node) => node.stop()));
  await clock.advanceAsync(20_000);
  await stopped;
});
