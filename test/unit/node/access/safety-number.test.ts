import { expect, test } from 'vitest';
import { safetyNumber } from '../../../../src/node/access/safety-number.ts';

const [one, other, third] = ['a', 'b', 'c'].map((letter) => letter.repeat(51).concat('a')) as [string, string, string];

test('is the same on both sides, and another one for every other pair', async () => {
  const number = await safetyNumber(one, other);
  expect(number).toMatch(/^(\d{5} ){5}\d{5}$/);
  expect(await safetyNumber(other, one)).toBe(number);
  expect(new Set([number, await safetyNumber(one, third), await safetyNumber(other, third)]).size).toBe(3);
});

test('is what the protocol says: a vector made by another implementation of scrypt', async () => {
  expect(await safetyNumber(one, other)).toBe('90663 91830 27315 09526 60404 94955');
});
