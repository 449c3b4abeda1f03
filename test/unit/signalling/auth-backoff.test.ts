import { expect, test } from 'vitest';
import { createDenials, type Denials } from '../../../src/adapters/signalling/session/auth-backoff.ts';
import { limits } from '../../../src/limits.ts';
import { createVirtualClock, type VirtualClock } from '../../../src/testing/virtual-clock.ts';

const { baseMs, capMs, entries } = limits.denial;
const [address, id] = ['192.0.2.1', 'a'.repeat(52)];

function make(): { readonly clock: VirtualClock; readonly denials: Denials } {
  const clock = createVirtualClock();
  return { clock, denials: createDenials(clock) };
}

/** Notes a failure, and how long it is held against whoever failed. */
function heldFor({ clock, denials }: ReturnType<typeof make>): number {
  denials.note(address, id, 'ERR_NETWORK_KEY');
  const from = clock.monotonic();
  while (denials.due(address, id)) clock.advance(500);
  return clock.monotonic() - from;
}

test('nothing is due to whoever did not fail', () => {
  expect(make().denials.due(address, id)).toBeUndefined();
});

test('the last code is due to that id at that address, and to nobody else', () => {
  const { denials } = make();
  denials.note(address, id, 'ERR_NETWORK_KEY');
  denials.note(address, id, 'ERR_NOT_ALLOWED');
  expect(denials.due(address, id)).toBe('ERR_NOT_ALLOWED');
  expect(denials.due('192.0.2.2', id)).toBeUndefined();
  expect(denials.due(address, 'b'.repeat(52))).toBeUndefined();
});

test('it is due up to its time, and not at it', () => {
  const { clock, denials } = make();
  denials.note(address, id, 'ERR_NETWORK_KEY');
  clock.advance(baseMs - 1);
  expect(denials.due(address, id)).toBe('ERR_NETWORK_KEY');
  clock.advance(1);
  expect(denials.due(address, id)).toBeUndefined();
});

test('the time doubles with every failure, up to its cap', () => {
  const made = make();
  const times = Array.from({ length: 8 }, () => heldFor(made));
  expect(times).toEqual([1, 2, 4, 8, 16, 32].map((n) => n * baseMs).concat(capMs, capMs));
});

test('after thousands of failures the time is still the cap', () => {
  const made = make();
  for (let no = 0; no < 5_000; no += 1) made.denials.note(address, id, 'ERR_NETWORK_KEY');
  expect(heldFor(made)).toBe(capMs);
});

test('who proves other keys may try as many as a node may have, and then waits a short time, however often', () => {
  const { clock, denials } = make();
  for (let round = 0; round < 20; round += 1) {
    for (let no = 1; no < limits.access.networkKeys; no += 1) {
      denials.noteOtherKey(address, id);
      expect(denials.due(address, id)).toBeUndefined();
    }
    denials.noteOtherKey(address, id);
    expect(denials.due(address, id)).toBe('ERR_NETWORK_KEY');
    clock.advance(baseMs - 1);
    expect(denials.due(address, id)).toBe('ERR_NETWORK_KEY');
    clock.advance(1);
  }
});

test('when all are forgotten nothing is due to anybody', () => {
  const { denials } = make();
  denials.note(address, id, 'ERR_NOT_ALLOWED');
  denials.forgetAll();
  expect(denials.due(address, id)).toBeUndefined();
});

test('who got in starts anew', () => {
  const made = make();
  for (let no = 0; no < 5; no += 1) made.denials.note(address, id, 'ERR_NETWORK_KEY');
  made.denials.forget(address, id);
  expect(made.denials.due(address, id)).toBeUndefined();
  expect(heldFor(made)).toBe(baseMs);
});

test('only so many are remembered: the one that failed longest ago is forgotten', () => {
  const { denials } = make();
  for (let no = 0; no < entries; no += 1) denials.note(`192.0.2.${no}`, id, 'ERR_PROTOCOL');
  expect(denials.due('192.0.2.0', id)).toBe('ERR_PROTOCOL');
  denials.note('192.0.2.0', id, 'ERR_PROTOCOL');
  denials.note('198.51.100.1', id, 'ERR_PROTOCOL');
  expect(denials.due('192.0.2.0', id)).toBe('ERR_PROTOCOL');
  expect(denials.due('192.0.2.1', id)).toBeUndefined();
  expect(denials.due('192.0.2.2', id)).toBe('ERR_PROTOCOL');
});
