import { expect, test } from 'vitest';
import { startTimeLimit } from '../../../src/util/time-limit.ts';
import { createLateClock } from '../../support/late-clock.ts';

function over(lateMs: number, ms: number): number {
  const clock = createLateClock(lateMs);
  let at = -1;
  startTimeLimit(clock, ms, () => {
    at = clock.monotonic();
  });
  clock.advance(100_000);
  return at;
}

test('a limit is over after its time in a process that is on time', () => {
  expect([over(0, 2_000), over(0, 100), over(0, 0), over(0, 1_100)]).toEqual([2_000, 100, 0, 1_100]);
});

test('time by which the process is late does not count', () => {
  // Eight ticks, each 500 ms late.
  expect(over(500, 2_000)).toBe(2_000 + 8 * 500);
});

test('nothing is called after the end', () => {
  const clock = createLateClock();
  let calls = 0;
  const end = startTimeLimit(clock, 1_000, () => {
    calls += 1;
  });
  clock.advance(999);
  end();
  clock.advance(10_000);
  expect([calls, clock.pending]).toEqual([0, 0]);
});
