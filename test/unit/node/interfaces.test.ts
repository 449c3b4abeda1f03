import { expect, test } from 'vitest';
import { limits } from '../../../src/limits.ts';
import { networkSignature, watchNetwork } from '../../../src/node/interfaces.ts';
import { createVirtualClock } from '../../../src/testing/virtual-clock.ts';

const every = limits.discovery.interfacesEveryMs;

test('a network that changes is told, once for each change', () => {
  const clock = createVirtualClock();
  let network = 'one address';
  let changes = 0;
  const stop = watchNetwork(
    clock,
    () => network,
    () => {
      changes += 1;
    },
  );
  clock.advance(10 * every);
  expect(changes).toBe(0);
  network = 'another address';
  clock.advance(5 * every);
  expect(changes).toBe(1);
  network = 'one address';
  clock.advance(every);
  expect(changes).toBe(2);
  stop();
  expect(clock.pending).toBe(0);
});

test('a wake-up is told, though the network is as it was', () => {
  const base = createVirtualClock();
  let asleepMs = 0;
  let changes = 0;
  // The monotonic clock of a machine that was suspended stood.
  const clock = { ...base, now: () => base.now() + asleepMs };
  watchNetwork(
    clock,
    () => '',
    () => {
      changes += 1;
    },
  );
  base.advance(3 * every);
  expect(changes).toBe(0);
  asleepMs = 60_000;
  base.advance(every);
  expect(changes).toBe(1);
  base.advance(10 * every);
  expect(changes).toBe(1);
});

test('the signature of this machine has its addresses', () => {
  expect(networkSignature()).toContain('127.0.0.1');
  expect(networkSignature()).toBe(networkSignature());
});
