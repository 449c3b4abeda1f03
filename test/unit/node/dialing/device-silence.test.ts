import { expect, test } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import { createDeviceSilence } from '../../../../src/node/dialing/device-silence.ts';
import { createVirtualClock } from '../../../../src/testing/virtual-clock.ts';

const { askAfterMs, answerMs } = limits.dial;

function make(most = 10) {
  const clock = createVirtualClock();
  return { clock, silence: createDeviceSilence(clock, most) };
}

test('when a device was never heard, or not for a while, queries it', () => {
  const { clock, silence } = make();
  expect(silence.ask('a')).toBe(true);
  silence.end('a');
  clock.advance(askAfterMs - 1);
  expect([silence.ask('a'), silence.ask('b')]).toEqual([false, true]);
  clock.advance(1);
  expect(silence.ask('a')).toBe(true);
});

test('when a device left a query unanswered and is heard again, counts as back, once', () => {
  const { clock, silence } = make();
  expect(silence.end('a')).toBe(false);
  clock.advance(60_000);
  // No query was sent.
  expect(silence.end('a')).toBe(false);
  clock.advance(60_000);
  silence.ask('a');
  clock.advance(answerMs - 1);
  expect(silence.end('a')).toBe(false);
  clock.advance(60_000);
  silence.ask('a');
  clock.advance(answerMs);
  // The first question counts.
  silence.ask('a');
  expect([silence.end('a'), silence.end('a')]).toEqual([true, false]);
});

test('only so many are remembered', () => {
  const { clock, silence } = make(2);
  for (const id of ['a', 'b', 'c']) silence.ask(id);
  clock.advance(answerMs);
  expect(['c', 'a'].map((id) => silence.end(id))).toEqual([true, false]);
});
