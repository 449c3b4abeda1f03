import { expect, test } from 'vitest';
import { type AuthBackoff, createAuthBackoff } from '../../../src/adapters/signalling/session/auth-backoff.ts';
import { limits } from '../../../src/limits.ts';
import { createVirtualClock, type VirtualClock } from '../../../src/testing/virtual-clock.ts';

const { baseMs, capMs, entries } = limits.authBackoff;
const [address, id] = ['192.0.2.1', 'a'.repeat(52)];

function make(): { readonly clock: VirtualClock; readonly backoff: AuthBackoff } {
  const clock = createVirtualClock();
  return { clock, backoff: createAuthBackoff(clock) };
}

/** Records a failure. Returns how long the peer is refused for it. */
function refusedFor({ clock, backoff }: ReturnType<typeof make>): number {
  backoff.recordFailure(address, id, 'ERR_NETWORK_KEY');
  const from = clock.monotonic();
  while (backoff.activeRefusal(address, id)) clock.advance(500);
  return clock.monotonic() - from;
}

test('does not refuse a peer that did not fail', () => {
  expect(make().backoff.activeRefusal(address, id)).toBeUndefined();
});

test('refuses that id at that address with the last code, and no other peer', () => {
  const { backoff } = make();
  backoff.recordFailure(address, id, 'ERR_NETWORK_KEY');
  backoff.recordFailure(address, id, 'ERR_NOT_ALLOWED');
  expect(backoff.activeRefusal(address, id)).toBe('ERR_NOT_ALLOWED');
  expect(backoff.activeRefusal('192.0.2.2', id)).toBeUndefined();
  expect(backoff.activeRefusal(address, 'b'.repeat(52))).toBeUndefined();
});

test('refuses up to the end of the time, and not at it', () => {
  const { clock, backoff } = make();
  backoff.recordFailure(address, id, 'ERR_NETWORK_KEY');
  clock.advance(baseMs - 1);
  expect(backoff.activeRefusal(address, id)).toBe('ERR_NETWORK_KEY');
  clock.advance(1);
  expect(backoff.activeRefusal(address, id)).toBeUndefined();
});

test('doubles the time with every failure, up to its cap', () => {
  const made = make();
  const times = Array.from({ length: 8 }, () => refusedFor(made));
  expect(times).toEqual([1, 2, 4, 8, 16, 32].map((n) => n * baseMs).concat(capMs, capMs));
});

test('after thousands of failures, keeps the time at its cap', () => {
  const made = make();
  for (let no = 0; no < 5_000; no += 1) made.backoff.recordFailure(address, id, 'ERR_NETWORK_KEY');
  expect(refusedFor(made)).toBe(capMs);
});

test('when a peer proves unknown keys, refuses it after as many as a node may have, for a short time, however often', () => {
  const { clock, backoff } = make();
  for (let round = 0; round < 20; round += 1) {
    for (let no = 1; no < limits.access.networkKeys; no += 1) {
      backoff.recordUnknownKey(address, id);
      expect(backoff.activeRefusal(address, id)).toBeUndefined();
    }
    backoff.recordUnknownKey(address, id);
    expect(backoff.activeRefusal(address, id)).toBe('ERR_NETWORK_KEY');
    clock.advance(baseMs - 1);
    expect(backoff.activeRefusal(address, id)).toBe('ERR_NETWORK_KEY');
    clock.advance(1);
  }
});

test('refuses no peer after all are forgotten', () => {
  const { backoff } = make();
  backoff.recordFailure(address, id, 'ERR_NOT_ALLOWED');
  backoff.forgetAll();
  expect(backoff.activeRefusal(address, id)).toBeUndefined();
});

test('begins with the shortest time again after a peer is forgotten', () => {
  const made = make();
  for (let no = 0; no < 5; no += 1) made.backoff.recordFailure(address, id, 'ERR_NETWORK_KEY');
  made.backoff.forget(address, id);
  expect(made.backoff.activeRefusal(address, id)).toBeUndefined();
  expect(refusedFor(made)).toBe(baseMs);
});

test('forgets the peer that failed longest ago when there are too many', () => {
  const { backoff } = make();
  for (let no = 0; no < entries; no += 1) backoff.recordFailure(`192.0.2.${no}`, id, 'ERR_PROTOCOL');
  expect(backoff.activeRefusal('192.0.2.0', id)).toBe('ERR_PROTOCOL');
  backoff.recordFailure('192.0.2.0', id, 'ERR_PROTOCOL');
  backoff.recordFailure('198.51.100.1', id, 'ERR_PROTOCOL');
  expect(backoff.activeRefusal('192.0.2.0', id)).toBe('ERR_PROTOCOL');
  expect(backoff.activeRefusal('192.0.2.1', id)).toBeUndefined();
  expect(backoff.activeRefusal('192.0.2.2', id)).toBe('ERR_PROTOCOL');
});
