import { expect, test } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import { untilOnTime } from '../../../../src/node/dialing/event-loop-delay.ts';
import { createLateClock } from '../../../support/late-clock.ts';

const { lateMs, lookEveryMs, patienceMs } = limits.dial;

test('when this process is late all the time, waits no longer than its patience', async () => {
  const clock = createLateClock(2 * lateMs);
  let waits = true;
  void untilOnTime(clock, new AbortController().signal).then(() => {
    waits = false;
  });
  await clock.advanceAsync(patienceMs - 2 * lookEveryMs);
  expect(waits).toBe(true);
  await clock.advanceAsync(4 * lookEveryMs);
  expect([waits, clock.pending]).toEqual([false, 0]);
});
