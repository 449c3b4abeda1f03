import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { createVirtualClock } from '../../../src/testing/virtual-clock.ts';
import { onAbort, sleep, unlessAborted } from '../../../src/util/abort.ts';

const listenersOf = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

/** What the promise has come to by now. */
async function stateOf(promise: Promise<unknown>): Promise<unknown> {
  const pending = new Promise((resolve) => setImmediate(resolve, 'pending'));
  return Promise.race([promise.then(() => 'resolved'), pending]).catch((thrown: unknown) => thrown);
}

test('when the signal aborts, calls back once', () => {
  const controller = new AbortController();
  let calls = 0;
  onAbort(controller.signal, () => {
    calls += 1;
  });
  controller.abort();
  controller.abort();
  expect([calls, listenersOf(controller.signal)]).toEqual([1, 0]);
});

test('when the callback was taken off, is aborted already, or there is no signal, does not call back', () => {
  const controller = new AbortController();
  let calls = 0;
  const count = (): void => {
    calls += 1;
  };
  onAbort(controller.signal, count)();
  onAbort(undefined, count)();
  onAbort(AbortSignal.abort(), count);
  expect(listenersOf(controller.signal)).toBe(0);
  controller.abort();
  expect(calls).toBe(0);
});

test('when the promise settles first, does as the promise does, and listens no longer', async () => {
  const { signal } = new AbortController();
  expect(await unlessAborted(Promise.resolve(1), signal)).toBe(1);
  await expect(unlessAborted(Promise.reject(new Error('mine')), signal)).rejects.toThrow('mine');
  await new Promise((resolve) => setImmediate(resolve));
  expect(listenersOf(signal)).toBe(0);
});

test('when the signal aborts first, rejects with its reason', async () => {
  const controller = new AbortController();
  const never = new Promise<void>(() => undefined);
  const waiting = unlessAborted(never, controller.signal);
  controller.abort('enough');
  expect(await stateOf(waiting)).toBe('enough');
  expect(await stateOf(unlessAborted(never, controller.signal))).toBe('enough');
});

test('when nothing aborts a sleep, resolves after its time, and listens no longer', async () => {
  const clock = createVirtualClock();
  const { signal } = new AbortController();
  const asleep = sleep(clock, 1_000, signal);
  clock.advance(999);
  expect(await stateOf(asleep)).toBe('pending');
  clock.advance(1);
  expect(await stateOf(asleep)).toBe('resolved');
  expect(listenersOf(signal)).toBe(0);
});

test('when the signal aborts a sleep, rejects with its reason, and leaves no timer', async () => {
  const clock = createVirtualClock();
  const controller = new AbortController();
  const asleep = sleep(clock, 1_000, controller.signal);
  controller.abort('enough');
  expect(await stateOf(asleep)).toBe('enough');
  expect(await stateOf(sleep(clock, 1_000, controller.signal))).toBe('enough');
  expect(clock.pending).toBe(0);
});
