import { expect, test } from 'vitest';
import type { Clock } from '../../../../src/environment.ts';
import { LanpeerError } from '../../../../src/errors.ts';
import { limits } from '../../../../src/limits.ts';
import { DialLog } from '../../../../src/node/diagnosis/dial-log.ts';
import { measureLateness } from '../../../../src/node/diagnosis/lateness.ts';
import { TimeWatch } from '../../../../src/node/monitoring/time-watch.ts';
import { createVirtualClock } from '../../../../src/testing/virtual-clock.ts';

test('a wall clock that is set is told from one that goes on', () => {
  const clock = createVirtualClock();
  let set = 0;
  const watch = new TimeWatch({ now: () => clock.now() + set, monotonic: clock.monotonic });
  clock.advance(5_000);
  watch.look();
  expect(watch.jumps()).toEqual([]);
  set = -3_600_000;
  watch.look();
  clock.advance(2_000);
  set += limits.diagnosis.jumpMs - 1;
  watch.look();
  expect(watch.jumps()).toEqual([{ ageMs: 2_000, byMs: -3_600_000 }]);
  for (let no = 0; no < 2 * limits.diagnosis.jumps; no += 1) {
    set += 60_000;
    watch.look();
  }
  expect(watch.jumps()).toHaveLength(limits.diagnosis.jumps);
  watch.begin();
  expect([watch.jumps(), clock.monotonic() - watch.since]).toEqual([[], 0]);
});

test('timers that come late are measured', () => {
  const clock = createVirtualClock();
  let lateMs = 0;
  const late: Clock = { ...clock, setTimeout: (fn, ms) => clock.setTimeout(fn, ms + lateMs) };
  const end = measureLateness(late);
  clock.advance(1_000);
  lateMs = 400;
  clock.advance(limits.diagnosis.lookEveryMs);
  clock.advance(400 + limits.diagnosis.lookEveryMs);
  const measured = end();
  expect(measured).toMatchObject({ worstMs: 400, sumMs: 400 });
  clock.advance(10_000);
  // Nothing is measured after the end.
  expect(end().worstMs).toBe(400);
});

test('what dials met is remembered by address, and of a bounded number of them', async () => {
  const log = new DialLog();
  const { signal } = new AbortController();
  const dial = (outcome: () => Promise<string>) => log.around(() => outcome());
  await dial(async () => 'a session')({ address: '192.0.2.1', port: 1, signal });
  const refused = dial(() => Promise.reject(new LanpeerError('ERR_REFUSED')));
  await expect(refused({ address: '192.0.2.1', port: 2, signal })).rejects.toThrow();
  await expect(refused({ address: '192.0.2.1', port: 3, signal: AbortSignal.abort() })).rejects.toThrow();
  expect([1, 2, 3].map((port) => log.of('192.0.2.1', port))).toEqual(['ok', 'ERR_REFUSED', undefined]);
  for (let port = 1; port <= limits.diagnosis.dials; port += 1)
    await dial(async () => 'another')({ address: '192.0.2.2', port, signal });
  expect(log.of('192.0.2.1', 1)).toBeUndefined();
});
