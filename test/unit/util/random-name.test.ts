import { expect, test } from 'vitest';
import { randomName } from '../../../src/util/random-name.ts';

test('names are 16 hexadecimal characters, and none comes twice', () => {
  const names = Array.from({ length: 1_000 }, randomName);
  expect(names.every((name) => /^[0-9a-f]{16}$/.test(name))).toBe(true);
  expect(new Set(names).size).toBe(names.length);
});
