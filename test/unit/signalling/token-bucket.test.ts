import { expect, test } from 'vitest';
import { createTokenBucket } from '../../../src/adapters/signalling/session/token-bucket.ts';
import { createVirtualClock } from '../../../src/testing/virtual-clock.ts';

const taken = (bucket: { take(): boolean }, tries: number): number =>
  Array.from({ length: tries }, () => bucket.take()).filter(Boolean).length;

test('the burst passes at once, and nothing more', () => {
  expect(taken(createTokenBucket(50, 100, createVirtualClock()), 1_000)).toBe(100);
});

test('what the rate allows passes for ever', () => {
  const clock = createVirtualClock();
  const bucket = createTokenBucket(50, 100, clock);
  taken(bucket, 100);
  for (let second = 0; second < 100; second += 1) {
    clock.advance(1_000);
    expect(taken(bucket, 60)).toBe(50);
  }
});

test('a pause fills it again, up to the burst', () => {
  const clock = createVirtualClock();
  const bucket = createTokenBucket(50, 100, clock);
  taken(bucket, 100);
  clock.advance(500);
  expect(taken(bucket, 100)).toBe(25);
  clock.advance(3_600_000);
  expect(taken(bucket, 1_000)).toBe(100);
});

test('parts of a token add up, however often it is asked', () => {
  const clock = createVirtualClock();
  const bucket = createTokenBucket(50, 1, clock);
  bucket.take();
  let passed = 0;
  for (let ms = 0; ms < 1_000; ms += 1) {
    clock.advance(1);
    if (bucket.take()) passed += 1;
  }
  expect(passed).toBeGreaterThanOrEqual(45);
  expect(passed).toBeLessThanOrEqual(50);
});
