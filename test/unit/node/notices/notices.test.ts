import { expect, test } from 'vitest';
import type { NoticeEvent } from '../../../../src/api/notices.ts';
import { limits } from '../../../../src/limits.ts';
import { createNotices, type NoticeBody } from '../../../../src/node/notices/notices.ts';
import { createVirtualClock } from '../../../../src/testing/virtual-clock.ts';

const { burst, tellEveryMs } = limits.notices;

function makeRig() {
  const clock = createVirtualClock();
  const events: NoticeEvent[] = [];
  let standing: readonly string[] = [];
  const notices = createNotices({
    clock,
    stand: (now) => {
      standing = [...now.values()].map(({ message }) => message);
    },
    tell: (event) => events.push(event),
  });
  const said = (): string[] => events.map(({ change, notice: { message } }) => `${change} ${message}`);
  return { clock, events, notices, said, standing: () => standing };
}

const one: NoticeBody = { code: 'ERR_NO_NETWORK', message: 'one' };
const other: NoticeBody = { code: 'ERR_NO_NETWORK', message: 'other' };

test('a notice is told once, again when it changes, and when it ends', () => {
  const { clock, events, notices, said, standing } = makeRig();
  const began = clock.now();
  for (let look = 0; look < 100; look += 1) {
    notices.update([one]);
    clock.advance(2_000);
  }
  expect(said()).toEqual(['begun one']);
  notices.update([other]);
  expect(standing()).toEqual(['other']);
  notices.update([]);
  expect(standing()).toEqual([]);
  expect(said()).toEqual(['begun one', 'changed other', 'ended other']);
  // It is the same notice with another text.
  expect(events.map(({ notice }) => notice.since)).toEqual([began, began, began]);
});

test.each([
  ['two texts', [one, other]],
  ['there and not there', [one, undefined]],
])('what alternates is told in bounds, and what stands is always so: %s', (_, turns) => {
  const { clock, notices, events, standing } = makeRig();
  for (let look = 0; look < 300; look += 1) {
    const body = turns[look % 2];
    notices.update(body ? [body] : []);
    expect(standing()).toEqual(body ? [body.message] : []);
    clock.advance(2_000);
  }
  // Ten minutes.
  expect(events.length).toBeGreaterThan(burst);
  expect(events.length).toBeLessThanOrEqual(burst + 10);
});

test('two faults that alternate under two codes are told in bounds as well', () => {
  const { clock, notices, events } = makeRig();
  for (let look = 0; look < 300; look += 1) {
    notices.update([look % 2 === 0 ? one : { code: 'ERR_DISCOVERY', message: 'deaf' }]);
    clock.advance(2_000);
  }
  expect(events.length).toBeLessThanOrEqual(2 * (burst + 10));
});

test('after a flurry the last thing that was told is true within a minute', () => {
  const { clock, notices, said } = makeRig();
  for (let look = 0; look < 10; look += 1) notices.update(look % 2 === 0 ? [one] : []);
  expect(said().at(-1)).toBe('begun one');
  for (let waited = 0; waited <= tellEveryMs; waited += 2_000) {
    clock.advance(2_000);
    notices.update([]);
  }
  expect(said().at(-1)).toBe('ended one');
});

test('the end of a run leaves nothing, and the next one tells anew', () => {
  const { notices, said, standing } = makeRig();
  notices.update([one]);
  notices.clear();
  expect(standing()).toEqual([]);
  notices.update([one]);
  expect(said()).toEqual(['begun one', 'begun one']);
});
