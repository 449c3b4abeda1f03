import { expect, test } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import { createHeartbeat } from '../../../../src/node/links/heartbeat.ts';
import { createVirtualClock } from '../../../../src/testing/virtual-clock.ts';

function rig() {
  const clock = createVirtualClock();
  const said: string[] = [];
  const pings: number[] = [];
  const measured: number[] = [];
  const heartbeat = createHeartbeat({
    clock,
    ping: (no) => pings.push(no),
    silent: () => said.push('silent'),
    heard: () => said.push('heard'),
    down: () => said.push('down'),
    measured: (ms) => measured.push(ms),
  });
  heartbeat.start();
  return { clock, said, pings, measured, heartbeat };
}

test('an idle link is pinged, a silent one suspected, then down', () => {
  const { clock, said, pings, heartbeat } = rig();
  clock.advance(limits.link.suspectMs - 1);
  expect([said, pings.length]).toEqual([[], 2]);
  clock.advance(limits.link.checkEveryMs + 1);
  expect(said).toEqual(['silent']);
  heartbeat.hear();
  heartbeat.pong(pings.length);
  expect(said).toEqual(['silent', 'heard']);
  clock.advance(limits.link.downMs + limits.link.checkEveryMs);
  expect(said).toEqual(['silent', 'heard', 'silent', 'down']);
  expect(clock.pending).toBe(0);
});

test('a link that only talks and never answers is down all the same', () => {
  const { clock, said, heartbeat } = rig();
  for (let ms = 0; ms < limits.link.busyPingMs + limits.link.downMs; ms += 1_000) {
    clock.advance(1_000);
    heartbeat.hear();
  }
  expect(said).toEqual(['down']);
});

test('a probe is answered by its own pong, not by what was on its way before', () => {
  const { clock, said, pings, heartbeat } = rig();
  clock.advance(limits.link.pingEveryMs);
  heartbeat.probe();
  heartbeat.hear();
  heartbeat.pong(2);
  expect([pings, said]).toEqual([[1, 2, 3], []]);
  heartbeat.pong(3);
  heartbeat.pong(3);
  expect(said).toEqual(['heard']);
  heartbeat.stop();
  clock.advance(60_000);
  expect([said, clock.pending]).toEqual([['heard'], 0]);
});

test('the time until the answer to the last ping is measured, the first one at once', () => {
  const { clock, pings, measured, heartbeat } = rig();
  expect(pings).toEqual([1]);
  clock.advance(12);
  heartbeat.pong(1);
  expect(measured).toEqual([12]);
  clock.advance(limits.link.pingEveryMs + limits.link.checkEveryMs);
  const last = pings.length;
  clock.advance(5);
  heartbeat.probe();
  clock.advance(7);
  heartbeat.pong(last);
  expect([measured, heartbeat.answered]).toEqual([[12], false]);
  heartbeat.pong(last + 1);
  expect([measured, heartbeat.answered]).toEqual([[12, 7], true]);
});

test('a link that carries something is pinged less often, and all the same', () => {
  const { clock, pings, said, heartbeat } = rig();
  heartbeat.pong(1);
  const before = pings.length;
  for (let ms = 0; ms < 10 * limits.link.busyPingMs; ms += 250) {
    clock.advance(250);
    heartbeat.hear();
    heartbeat.pong(pings.length);
  }
  expect(pings.length - before).toBeGreaterThanOrEqual(9);
  expect(pings.length - before).toBeLessThanOrEqual(10);
  expect(said).toEqual([]);
});

test('links that opened at different moments are looked after at the same ones, however early a timer comes', () => {
  const { checkEveryMs } = limits.link;
  const clock = createVirtualClock();
  const due: number[] = [];
  const setTimeout = (fn: () => void, ms: number): unknown => {
    due.push(clock.monotonic() + ms);
    // As Node does, which counts from the beginning of the turn.
    return clock.setTimeout(fn, ms - 2);
  };
  const quiet = { ping: () => undefined, silent: () => undefined, heard: () => undefined, down: () => undefined };
  for (const after of [0, 70, 110]) {
    clock.advance(after);
    createHeartbeat({ clock: { ...clock, setTimeout }, ...quiet, measured: () => undefined }).start();
  }
  clock.advance(2 * checkEveryMs);
  expect(due.filter((at) => at % checkEveryMs !== 0)).toEqual([]);
  expect(due.length).toBe(3 + 2 * 3);
});
