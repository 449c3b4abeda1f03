import { expect, test } from 'vitest';
import { createWakeWatch } from '../../../src/util/wake.ts';

function rig() {
  let now = 1_000_000;
  let monotonic = 50;
  const look = createWakeWatch(
    { now: () => now, monotonic: () => monotonic, setTimeout: () => 0, clearTimeout: () => undefined },
    2_000,
    8_000,
  );
  return (wallMs: number, monotonicMs: number) => {
    now += wallMs;
    monotonic += monotonicMs;
    return look();
  };
}

test.each([
  ['time as it should be', 2_000, 2_000, false],
  ['a busy loop', 6_000, 6_000, false],
  ['a process that was stopped', 60_000, 60_000, true],
  ['a machine that was suspended while its monotonic clock stood', 3_600_000, 2_000, true],
  ['a wall clock that was set back', -3_600_000, 2_000, false],
  ['a wall clock that was corrected a little', 2_900, 2_000, false],
] as const)('%s', (_, wallMs, monotonicMs, slept) => {
  const pass = rig();
  expect(pass(2_000, 2_000)).toEqual({ slept: false, lateMs: 0 });
  expect(pass(wallMs, monotonicMs)).toEqual({ slept, lateMs: monotonicMs - 2_000 });
  expect(pass(2_000, 2_000)).toEqual({ slept: false, lateMs: 0 });
});
