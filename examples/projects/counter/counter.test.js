import { equal } from 'node:assert/strict';
import { test } from 'node:test';
import { createMemoryNetwork } from 'lanpeer/testing';
import { createCounter } from './counter.js';

/** Resolves when the counter shows that. */
const shows = (counter, value) =>
  new Promise((resolve) => {
    const look = () => {
      if (counter.value !== value) return;
      off();
      resolve();
    };
    const off = counter.watch(look);
    look();
  });

test('devices agree on the sum, also of what was counted while they were apart', async () => {
  const network = createMemoryNetwork();
  const nodes = ['desk', 'shelf', 'attic'].map((name) =>
    network.createNode({ name, access: 'open', discovery: false }),
  );
  const [desk, shelf, attic] = nodes.map(createCounter);
  await Promise.all(nodes.map((node) => node.start()));
  await nodes[1].connect(network.addressOf(nodes[0]));
  desk.raise();
  shelf.raise();
  await Promise.all([shows(desk, 2), shows(shelf, 2)]);
  attic.raise();
  await nodes[2].connect(network.addressOf(nodes[0]));
  await Promise.all([shows(attic, 3), shows(desk, 3)]);
  equal(attic.value, 3);
  await Promise.all(nodes.map((node) => node.stop()));
});
