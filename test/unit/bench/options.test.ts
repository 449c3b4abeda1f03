import { expect, it } from 'vitest';
import { parts } from '../../../bench/parts/index.ts';
import { countFor } from '../../../bench/support/floods.ts';
import { readArguments } from '../../../bench/support/options.ts';

const read = (...args: readonly string[]) => readArguments(args, parts);
const names = (...args: readonly string[]): string[] => read(...args).parts.map(({ name }) => name);

it('measures everything five times by default, and once when it has to be quick', () => {
  expect(read()).toMatchObject({ rounds: 5, quick: false, lossPercent: 0, limited: true, parts });
  expect(read('--quick').rounds).toBe(1);
  expect(read('--quick', '--rounds', '2')).toMatchObject({ rounds: 2, limited: false });
});

it('measures the parts that are named, and under loss those that say something there', () => {
  expect(names('--only', 'small,connect')).toEqual(['connect', 'small']);
  expect(names('--loss', '1')).toEqual(['connect', 'round-trip', 'small', 'bulk', 'mixed', 'stream', 'files']);
});

it('refuses arguments that it does not understand', () => {
  expect(() => read('--only', 'smal')).toThrow('--only smal: one of connect,');
  expect(() => read('--rounds', '0')).toThrow('--rounds 0');
  expect(() => read('--loss', 'many')).toThrow('--loss many');
  expect(() => read('--fast')).toThrow('--fast');
});

it('sends as many messages as fit into the time, and not more bytes than are allowed', () => {
  expect(countFor(1_000, 0.5, 100)).toBe(500);
  expect(countFor(1e6, 10, 1e6)).toBe(400);
  expect(countFor(0.1, 0.5, 100)).toBe(1);
});
