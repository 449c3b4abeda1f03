import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../../../src/limits.ts';
import { backoffDelay } from '../../../../../src/machines/connection/policy/backoff.ts';

const almostOne = 1 - Number.EPSILON;

describe('backoffDelay', () => {
  it('does not wait before the first attempt', () => {
    expect(backoffDelay(limits.backoff, 0, almostOne)).toBe(0);
  });

  it('doubles its ceiling with each attempt up to the cap', () => {
    const ceilings = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((attempt) => backoffDelay(limits.backoff, attempt, almostOne));
    expect(ceilings).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it('has full jitter: the random number alone says where between nothing and the ceiling', () => {
    expect(backoffDelay(limits.backoff, 5, 0)).toBe(0);
    expect(backoffDelay(limits.backoff, 5, 0.25)).toBe(1_000);
    expect(backoffDelay(limits.backoff, 5, 0.5)).toBe(2_000);
  });

  it('stays a whole number of milliseconds between 0 and the cap for any attempt', () => {
    const attempts = fc.nat({ max: Number.MAX_SAFE_INTEGER });
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(attempts, random, (attempt, value) => {
        const delay = backoffDelay(limits.backoff, attempt, value);
        expect(Number.isInteger(delay)).toBe(true);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(limits.backoff.capMs);
      }),
    );
  });
});
