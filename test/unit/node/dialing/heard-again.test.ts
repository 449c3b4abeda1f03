import { expect, test } from 'vitest';
import { createMemoryNetwork, createVirtualClock } from '../../../../src/testing/index.ts';

test('packets of a connected peer that say nothing new do not reach the machines', async () => {
  const clock = createVirtualClock();
  const network = createMemoryNetwork({ clock });
  const told: number[] = [];
  const here = network.createNode({
    name: 'here',
    access: { open: true },
    inspect(inspected) {
      if (inspected.type === '@xstate.event' && inspected.event.type === 'device') told.push(clock.monotonic());
    },
  });
  const there = network.createNode({ name: 'there', access: { open: true } });
  await Promise.all([here.start(), there.start()]);
  await clock.advanceAsync(10_000);
  expect([here.stats().connections.connected, told.length > 0]).toEqual([1, true]);
  const packets = here.stats().discovery.packets;
  told.length = 0;
  await clock.advanceAsync(300_000);
  expect([here.stats().discovery.packets > packets, told]).toEqual([true, []]);
  const stopped = Promise.all([here.stop(), there.stop()]);
  await clock.advanceAsync(20_000);
  await stopped;
});
