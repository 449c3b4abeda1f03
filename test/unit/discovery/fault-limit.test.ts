import { expect, test } from 'vitest';
import { createFaultLimit } from '../../../src/adapters/discovery/fault-limit.ts';
import { limits } from '../../../src/limits.ts';
import { createVirtualClock } from '../../../src/testing/virtual-clock.ts';

const { faultEveryMs, faultKinds } = limits.discovery;

test('when two faults alternate, each is due once a minute', () => {
  const clock = createVirtualClock();
  const { isDue } = createFaultLimit(clock);
  let told = 0;
  for (let turn = 0; turn < 600; turn += 1) {
    if (isDue('192.0.2.1', turn % 2 === 0 ? 'one' : 'other')) told += 1;
    clock.advance(faultEveryMs / 100);
  }
  // Six minutes.
  expect(told).toBe(12);
});

test('a fault with ever new texts is bounded as well, and interfaces are told apart', () => {
  const clock = createVirtualClock();
  const { isDue, forget } = createFaultLimit(clock);
  const told = Array.from({ length: 100 }, (_, at) => isDue('192.0.2.1', `text ${at}`)).filter(Boolean);
  expect(told.length).toBe(faultKinds);
  expect(isDue('192.0.2.2', 'text 99')).toBe(true);
  expect(isDue('192.0.2.1', 'text 99')).toBe(false);
  forget('192.0.2.1');
  expect(isDue('192.0.2.1', 'text 99')).toBe(true);
});
