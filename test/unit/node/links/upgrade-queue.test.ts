import { expect, test } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import { createUpgradeQueue } from '../../../../src/node/links/upgrade-queue.ts';
import { createLateClock } from '../../../support/late-clock.ts';

const { atOnce, lookEveryMs, quietMs, patienceMs, lateMs } = limits.upgrade;

function rig(dialing = { is: false }) {
  const clock = createLateClock();
  const turns = createUpgradeQueue({ clock, random: () => 0.5, dialing: () => dialing.is });
  const begun: number[] = [];
  const wait = (no: number): (() => void) => turns.wait(() => begun.push(no));
  return { clock, turns, begun, wait, dialing };
}

test('an upgrade begins at the next look, never at once', () => {
  const { clock, begun, wait } = rig();
  wait(1);
  expect(begun).toEqual([]);
  clock.advance(lookEveryMs);
  expect(begun).toEqual([1]);
});

test('when many upgrade, runs a few at a time, in order; one that leaves makes room', () => {
  const { clock, turns, begun, wait } = rig();
  const leaves = [1, 2, 3, 4, 5].map(wait);
  clock.advance(10_000);
  expect(begun).toEqual([1, 2]);
  expect([turns.underWay, turns.waiting]).toEqual([atOnce, 3]);
  leaves[2]?.();
  leaves[0]?.();
  leaves[0]?.();
  clock.advance(10_000);
  expect(begun).toEqual([1, 2, 4]);
  for (const leave of leaves) leave();
  expect([turns.underWay, turns.waiting, clock.pending]).toEqual([0, 0, 0]);
});

test('none begins while connections open or the node dials, but that does not last for ever', () => {
  const { clock, turns, begun, wait, dialing } = rig();
  wait(1);
  for (let ms = 0; ms < 1_000; ms += lookEveryMs) {
    turns.opened();
    clock.advance(lookEveryMs);
  }
  expect(begun).toEqual([]);
  dialing.is = true;
  clock.advance(patienceMs - 1_000 - lookEveryMs);
  expect(begun).toEqual([]);
  clock.advance(2 * lookEveryMs);
  expect(begun).toEqual([1]);
  dialing.is = false;
  turns.opened();
  wait(2);
  clock.advance(quietMs + lookEveryMs);
  expect(begun).toEqual([1, 2]);
});

test('none begins while the event loop is late', () => {
  const { clock, begun, wait } = rig();
  clock.lateMs = lateMs;
  wait(1);
  clock.advance(60_000);
  expect(begun).toEqual([]);
  clock.lateMs = 0;
  clock.advance(2_000);
  expect(begun).toEqual([1]);
});

test('one that throws when it begins does not keep the others waiting', () => {
  const { clock, turns, begun, wait } = rig();
  turns.wait(() => {
    throw new Error('begin');
  });
  wait(2);
  expect(() => clock.advance(lookEveryMs)).toThrow('begin');
  clock.advance(lookEveryMs);
  expect(begun).toEqual([2]);
});
