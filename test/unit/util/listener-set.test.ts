import { expect, test } from 'vitest';
import { createListeners } from '../../../src/util/listener-set.ts';

/** Listeners that write down what they were called with. */
function rig(threw?: (thrown: unknown) => void) {
  const calls: string[] = [];
  const listeners = createListeners<[value: number]>(threw);
  const writer = (name: string) => (value: number) => void calls.push(`${name} ${value}`);
  return { calls, listeners, writer };
}

test('calls the listeners in order of coming, until each is taken off', () => {
  const { calls, listeners, writer } = rig();
  const removeFirst = listeners.add(writer('first'));
  listeners.add(writer('second'));
  listeners.call(1);
  removeFirst();
  removeFirst();
  listeners.call(2);
  expect(calls).toEqual(['first 1', 'second 1', 'second 2']);
  expect(listeners.size).toBe(1);
});

test('when the same function is added twice, calls it twice, and takes off one at a time', () => {
  const { calls, listeners, writer } = rig();
  const same = writer('same');
  const remove = listeners.add(same);
  listeners.add(same);
  listeners.call(1);
  remove();
  listeners.call(2);
  expect(calls).toEqual(['same 1', 'same 1', 'same 2']);
});

test('when a listener is added for one call, takes it off before that call', () => {
  const { calls, listeners, writer } = rig();
  listeners.once((value) => {
    writer('once')(value);
    listeners.call(value + 1);
  });
  listeners.once(writer('removed'))();
  listeners.call(1);
  expect(calls).toEqual(['once 1']);
  expect(listeners.size).toBe(0);
});

test('when a listener is taken off by one before it, does not call it', () => {
  const { calls, listeners, writer } = rig();
  listeners.add(() => removeSecond());
  const removeSecond = listeners.add(writer('second'));
  listeners.call(1);
  expect(calls).toEqual([]);
});

test('when a listener is added during a call, calls it from the next one on', () => {
  const { calls, listeners, writer } = rig();
  listeners.once(() => void listeners.add(writer('late')));
  listeners.call(1);
  listeners.call(2);
  expect(calls).toEqual(['late 2']);
});

test('when a call is prepared, calls those that were there then and still are', () => {
  const { calls, listeners, writer } = rig();
  listeners.add(writer('early'));
  const remove = listeners.add(writer('gone'));
  const call = listeners.prepare();
  listeners.add(writer('late'));
  remove();
  call(1);
  expect(calls).toEqual(['early 1']);
});

test('when a listener throws, tells that and calls the others; without a callback for it, throws', () => {
  const thrown: unknown[] = [];
  const { calls, listeners, writer } = rig((value) => thrown.push(value));
  const fail = (): never => {
    throw new Error('mine');
  };
  listeners.add(fail);
  listeners.add(writer('second'));
  listeners.call(1);
  expect([calls, thrown]).toEqual([['second 1'], [new Error('mine')]]);
  const bare = createListeners<[]>();
  bare.add(fail);
  expect(() => bare.call()).toThrow('mine');
});
