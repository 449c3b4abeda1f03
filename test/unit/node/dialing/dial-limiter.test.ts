import { expect, test } from 'vitest';
import { DialLimiter } from '../../../../src/node/dialing/dial-limiter.ts';
import { createVirtualClock } from '../../../../src/testing/virtual-clock.ts';
import { createLateClock } from '../../../support/late-clock.ts';

const looks = { eager: 8, lookEveryMs: 10, lateMs: 20 };

/** Lets promises that are due settle; no time passes. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

test('when too many dial at once, lets the others wait in order; a dial that gives up leaves the queue', async () => {
  const limiter = new DialLimiter({ ...looks, size: 2, perSource: 2 }, createVirtualClock());
  const open = new AbortController().signal;
  const leave = [await limiter.acquire(open), await limiter.acquire(open)];
  const order: string[] = [];
  const controller = new AbortController();
  const first = limiter.acquire(controller.signal).then(
    () => order.push('first'),
    () => order.push('gave up'),
  );
  const second = limiter.acquire(open).then(() => order.push('second'));
  await settle();
  expect(order).toEqual([]);
  controller.abort();
  await first;
  leave[0]?.();
  await second;
  expect(order).toEqual(['gave up', 'second']);
});

test('when one source has many dials, limits them, and takes a source without one first', async () => {
  const limiter = new DialLimiter({ ...looks, size: 3, perSource: 2 }, createVirtualClock());
  const { signal } = new AbortController();
  const order: string[] = [];
  const leave = new Map<string, () => void>();
  const enter = (name: string, source?: string): void =>
    void limiter.acquire(signal, source).then((left) => {
      order.push(name);
      leave.set(name, left);
    });
  enter('flood 1', 'x');
  enter('flood 2', 'x');
  enter('flood 3', 'x');
  enter('other', 'y');
  enter('flood 4', 'x');
  enter('proven');
  await settle();
  expect(order).toEqual(['flood 1', 'flood 2', 'other']);
  leave.get('other')?.();
  await settle();
  expect(order.at(-1)).toBe('proven');
  leave.get('proven')?.();
  await settle();
  expect(order).toHaveLength(4);
  leave.get('flood 1')?.();
  await settle();
  expect(order.at(-1)).toBe('flood 3');
});

test('when the signal is aborted already, does not wait', async () => {
  const limiter = new DialLimiter({ ...looks, size: 1, perSource: 1 }, createVirtualClock());
  await expect(limiter.acquire(AbortSignal.abort())).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  await limiter.acquire(new AbortController().signal);
});

test('a few pass at once, and each more of them after a look that is on time', async () => {
  const clock = createVirtualClock();
  const limiter = new DialLimiter({ ...looks, size: 4, perSource: 4, eager: 2 }, clock);
  const { signal } = new AbortController();
  let inside = 0;
  const leaves: (() => void)[] = [];
  for (let no = 0; no < 6; no += 1)
    void limiter.acquire(signal).then((leave) => {
      inside += 1;
      leaves.push(leave);
    });
  await settle();
  expect(inside).toBe(2);
  for (const expected of [3, 4, 4]) {
    clock.advance(10);
    await settle();
    expect(inside).toBe(expected);
  }
  leaves[0]?.();
  clock.advance(10);
  await settle();
  expect(inside).toBe(5);
});

test('none passes beyond these while the process is late', async () => {
  const clock = createLateClock(50);
  const limiter = new DialLimiter({ ...looks, size: 4, perSource: 4, eager: 2 }, clock);
  let inside = 0;
  for (let no = 0; no < 4; no += 1)
    void limiter.acquire(new AbortController().signal).then(() => {
      inside += 1;
    });
  await clock.advanceAsync(10_000);
  expect(inside).toBe(2);
  clock.lateMs = 0;
  await clock.advanceAsync(200);
  expect(inside).toBe(4);
});

test('when the process is late, keeps no dial behind those of one source that do not end', async () => {
  const clock = createLateClock(50);
  const limiter = new DialLimiter({ ...looks, size: 8, perSource: 2, eager: 2 }, clock);
  const { signal } = new AbortController();
  const order: string[] = [];
  const enter = (name: string, source?: string): void =>
    void limiter.acquire(signal, source).then(() => order.push(name));
  for (let no = 0; no < 60; no += 1) enter('flood', 'x');
  enter('other', 'y');
  enter('another', 'y');
  enter('proven');
  await clock.advanceAsync(1_000);
  expect(order).toEqual(['flood', 'flood', 'proven', 'other']);
});

test('it is the turn of the source that had none for longest, however many of the others wait', async () => {
  const limiter = new DialLimiter({ ...looks, size: 2, perSource: 2 }, createVirtualClock());
  const { signal } = new AbortController();
  const order: string[] = [];
  const leaves: (() => void)[] = [];
  const enter = (source: string): void =>
    void limiter.acquire(signal, source).then((leave) => {
      order.push(source);
      leaves.push(leave);
    });
  for (let no = 0; no < 20; no += 1) enter(no % 2 === 0 ? 'x' : 'y');
  enter('z');
  await settle();
  leaves.shift()?.();
  await settle();
  expect(order).toEqual(['x', 'y', 'z']);
});

test('when a dial does not end, gives its turn to others, up to a bound, while this process is on time', async () => {
  const clock = createLateClock();
  const limiter = new DialLimiter({ ...looks, size: 2, perSource: 2, idleMs: 500, idleTimes: 3 }, clock);
  const { signal } = new AbortController();
  let inside = 0;
  for (let no = 0; no < 20; no += 1)
    void limiter.acquire(signal, `source ${no}`).then(() => {
      inside += 1;
    });
  await settle();
  expect(inside).toBe(2);
  clock.lateMs = 50;
  await clock.advanceAsync(5_000);
  expect(inside).toBe(2);
  clock.lateMs = 0;
  await clock.advanceAsync(600);
  expect(inside).toBe(4);
  await clock.advanceAsync(5_000);
  expect(inside).toBe(6);
});

test('one target, and all of them, are called so often at most; what was reached does not count', async () => {
  const clock = createVirtualClock();
  const rates = { perTarget: { burst: 2, perSecond: 1 }, targets: { burst: 5, perSecond: 2 } };
  const limiter = new DialLimiter({ ...looks, size: 100, perSource: 100, eager: 100, ...rates }, clock);
  const { signal } = new AbortController();
  const calls: string[] = [];
  const enter = (target: string | undefined, reached = false): void =>
    void limiter.acquire(signal, 'x', target).then((leave) => {
      calls.push(target ?? 'proven');
      leave(reached);
    });
  for (let no = 0; no < 10; no += 1) enter('a');
  await settle();
  expect(calls).toEqual(['a', 'a']);
  await clock.advanceAsync(3_000);
  expect(calls).toHaveLength(5);
  for (let no = 0; no < 10; no += 1) enter(undefined);
  for (let no = 0; no < 10; no += 1) enter('reached', true);
  for (let no = 0; no < 100; no += 1) enter(`${no}`);
  await clock.advanceAsync(10_000);
  expect(calls.filter((name) => name === 'proven' || name === 'reached')).toHaveLength(20);
  expect(calls.length).toBeLessThanOrEqual(5 + 20 + 5 + 20);
});
