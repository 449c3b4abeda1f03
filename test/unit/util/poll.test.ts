import { expect, test } from 'vitest';
import { createVirtualClock } from '../../../src/testing/virtual-clock.ts';
import { startPoll } from '../../../src/util/poll.ts';

const everyMs = 2_000;

/** A machine whose clocks run on while nothing runs: for each whether it stood while the machine slept. */
function rig() {
  const base = createVirtualClock();
  let wallMs = 0;
  let monotonicMs = 0;
  const clock = { ...base, now: () => base.now() + wallMs, monotonic: () => base.monotonic() + monotonicMs };
  const polls: boolean[] = [];
  const began = clock.monotonic();
  const poll = startPoll({ clock, everyMs, sleepMs: 8_000, poll: (slept) => polls.push(slept) });
  return {
    base,
    poll,
    polls,
    awake: () => poll.awake() - began,
    sleep(ms: number, monotonicStands: boolean) {
      wallMs += ms;
      if (!monotonicStands) monotonicMs += ms;
    },
  };
}

test('polls every so often until it is stopped', () => {
  const { base, poll, polls } = rig();
  base.advance(3 * everyMs);
  expect(polls).toEqual([false, false, false]);
  poll.stop();
  base.advance(3 * everyMs);
  expect([polls.length, base.pending]).toEqual([3, 0]);
});

test.each([
  ['stood', true],
  ['went on', false],
])('when the machine slept and its monotonic clock %s, says so once', (_, monotonicStands) => {
  const { base, polls, sleep, awake } = rig();
  base.advance(everyMs);
  sleep(60_000, monotonicStands);
  base.advance(2 * everyMs);
  expect(polls).toEqual([false, true, false]);
  // What is late by itself is not told from what the interval is: of the sleep all but one interval is left out.
  expect(awake()).toBeLessThanOrEqual(3 * everyMs + everyMs);
});

test('when the sleep is noticed between two polls, the next poll says so', () => {
  const { base, polls, sleep, awake } = rig();
  base.advance(everyMs / 2);
  sleep(60_000, false);
  expect(awake()).toBeLessThanOrEqual(everyMs / 2 + everyMs);
  base.advance(2 * everyMs);
  expect(polls).toEqual([true, false]);
});

test('when a poll stops it, polls no more', () => {
  const clock = createVirtualClock();
  let polls = 0;
  const poll = startPoll({
    clock,
    everyMs,
    sleepMs: 8_000,
    poll() {
      polls += 1;
      poll.stop();
    },
  });
  clock.advance(10 * everyMs);
  expect([polls, clock.pending]).toEqual([1, 0]);
});
