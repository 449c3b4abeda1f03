import { expect, test } from 'vitest';
import { createVirtualClock } from '../../../src/testing/virtual-clock.ts';
import { createTokenBucket, createTokenBuckets, type TokenBucket } from '../../../src/util/token-bucket.ts';

const rate = { perSecond: 50, burst: 100 };

const taken = (bucket: Pick<TokenBucket, 'tryTake'>, tries: number): number =>
  Array.from({ length: tries }, () => bucket.tryTake()).filter(Boolean).length;

test('when it is full, lets the burst pass at once and nothing more', () => {
  expect(taken(createTokenBucket(rate, createVirtualClock()), 1_000)).toBe(100);
});

test('when it is made, reads no clock: the program may not subscribe to what its clock does wrong yet', () => {
  let readings = 0;
  const bucket = createTokenBucket(rate, {
    monotonic() {
      readings += 1;
      return 0;
    },
  });
  expect(readings).toBe(0);
  expect(bucket.tokens).toBe(100);
  expect(readings).toBe(1);
});

test('when it was emptied, lets as many pass each second as the rate says', () => {
  const clock = createVirtualClock();
  const bucket = createTokenBucket(rate, clock);
  taken(bucket, 100);
  for (let second = 0; second < 100; second += 1) {
    clock.advance(1_000);
    expect(taken(bucket, 60)).toBe(50);
  }
});

test('after a pause, is full again up to the burst', () => {
  const clock = createVirtualClock();
  const bucket = createTokenBucket(rate, clock);
  taken(bucket, 100);
  clock.advance(500);
  expect(taken(bucket, 100)).toBe(25);
  clock.advance(3_600_000);
  expect(taken(bucket, 1_000)).toBe(100);
});

test('when it is asked often, adds up parts of a token', () => {
  const clock = createVirtualClock();
  const bucket = createTokenBucket({ perSecond: 50, burst: 1 }, clock);
  bucket.tryTake();
  let passed = 0;
  for (let ms = 0; ms < 1_000; ms += 1) {
    clock.advance(1);
    if (bucket.tryTake()) passed += 1;
  }
  expect(passed).toBeGreaterThanOrEqual(45);
  expect(passed).toBeLessThanOrEqual(50);
});

test('when more is taken than there is, owes it, and says when there is a token', () => {
  const clock = createVirtualClock();
  const bucket = createTokenBucket({ perSecond: 10, burst: 5 }, clock);
  expect([bucket.tokens, bucket.waitMs]).toEqual([5, 0]);
  bucket.take(7);
  expect([bucket.tokens, bucket.waitMs, bucket.tryTake()]).toEqual([-2, 300, false]);
  clock.advance(300);
  expect([bucket.waitMs, bucket.tryTake(), bucket.tryTake()]).toEqual([0, true, false]);
});

test('when tokens are put back, has at most the burst', () => {
  const bucket = createTokenBucket({ perSecond: 1, burst: 3 }, createVirtualClock());
  bucket.take(2);
  bucket.give();
  expect(bucket.tokens).toBe(2);
  bucket.give(5);
  expect(bucket.tokens).toBe(3);
});

test('when the burst has no end, lets everything pass', () => {
  const bucket = createTokenBucket({ perSecond: 0, burst: Number.POSITIVE_INFINITY }, createVirtualClock());
  expect([taken(bucket, 1_000), bucket.waitMs]).toEqual([1_000, 0]);
});

test('buckets by name do not share tokens, and forget the one that was used longest ago', () => {
  const buckets = createTokenBuckets({ perSecond: 1, burst: 1 }, 2, createVirtualClock());
  buckets.take('a');
  buckets.take('b');
  expect([buckets.has('a'), buckets.has('b'), buckets.has('c')]).toEqual([false, false, true]);
  buckets.give('a');
  buckets.take('a');
  buckets.take('c');
  // b was forgotten, so it is full.
  expect([buckets.has('a'), buckets.has('b'), buckets.has('c')]).toEqual([false, true, false]);
});
