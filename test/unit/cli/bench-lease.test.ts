import { expect, test } from 'vitest';
import { BenchLease } from '../../../src/cli/bench/lease.ts';
import { limits } from '../../../src/limits.ts';
import { createVirtualClock } from '../../../src/testing/index.ts';

const gibibyte = 2 ** 30;

function setUp() {
  const clock = createVirtualClock();
  return { clock, lease: new BenchLease(clock) };
}

test('one peer has it at a time, until it gives it back', () => {
  const { lease } = setUp();
  expect([lease.begin('a'), lease.begin('b')]).toEqual(['begun', 'busy']);
  expect([lease.takes('a', 1), lease.takes('b', 1)]).toEqual([true, false]);
  expect([lease.end('b'), lease.end('a'), lease.end('a')]).toEqual([false, true, false]);
  expect(lease.begin('b')).toBe('begun');
});

test('without it nothing is taken', () => {
  expect(setUp().lease.takes('a', 0)).toBe(false);
});

test('it ends after its time, which asking again does not prolong', () => {
  const { clock, lease } = setUp();
  lease.begin('a');
  clock.advance(limits.cli.benchMs - 1);
  expect(lease.begin('a')).toBe('held');
  expect(lease.takes('a', 1)).toBe(true);
  clock.advance(1);
  expect(lease.takes('a', 1)).toBe(false);
  expect(lease.begin('b')).toBe('begun');
});

test('it is for so many bytes, which asking again does not add to', () => {
  const { lease } = setUp();
  lease.begin('a');
  const most = limits.cli.benchBytes / gibibyte;
  for (let taken = 0; taken < most; taken += 1) expect(lease.takes('a', gibibyte)).toBe(true);
  lease.begin('a');
  expect(lease.takes('a', 1)).toBe(false);
});
