import { expect, test } from 'vitest';
import { createPool, createWindow } from '../../../../src/protocol/message-session/window.ts';

test('a window has room for so many messages and so many bytes; a larger one goes alone', () => {
  const window = createWindow({ count: 3, bytes: 100 });
  expect([window.acquire(60), window.acquire(41), window.acquire(40), window.acquire(0), window.acquire(0)]).toEqual([
    true,
    false,
    true,
    true,
    false,
  ]);
  window.release(60);
  expect([window.count, window.bytes]).toEqual([2, 40]);
  window.release(40);
  window.release(0);
  expect([window.acquire(1_000), window.acquire(1)]).toEqual([true, false]);
});

test('when a window needs more than its reserve, takes it from the pool, and never from the reserve of another', () => {
  const pool = createPool(100);
  const [greedy, modest] = [0, 1].map(() => createWindow({ count: 1_000, bytes: 1_000, pool, reserve: 10 }));
  if (!greedy || !modest) throw new Error('two windows were made');
  for (let n = 0; n < 11; n += 1) expect(greedy.acquire(10)).toBe(true);
  expect([greedy.acquire(1), pool.used]).toEqual([false, 100]);
  expect([modest.acquire(10), modest.acquire(1)]).toEqual([true, false]);
  greedy.release(10);
  expect([modest.acquire(10), pool.used]).toEqual([true, 100]);
  for (let n = 0; n < 10; n += 1) greedy.release(10);
  modest.release(10);
  modest.release(10);
  expect([pool.used, greedy.bytes, modest.bytes]).toEqual([0, 0, 0]);
});

test('when the pool has room again, tells the window that waits', () => {
  const pool = createPool(10);
  const window = createWindow({ count: 9, bytes: 100, pool });
  let told = 0;
  const off = pool.onRoom(() => {
    told += 1;
  });
  window.acquire(10);
  expect([window.acquire(1), told]).toEqual([false, 0]);
  window.release(10);
  expect([told, window.acquire(1)]).toEqual([1, true]);
  off();
  window.release(1);
  expect(told).toBe(1);
});
