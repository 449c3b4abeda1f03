import { expect, test } from 'vitest';
import { limits } from '../../../src/limits.ts';
import { createMemoryHosts, delayMs, dial, handshakeMs, say } from '../../support/memory-hosts.ts';

const { pingEveryMs } = limits.signalling;

test('whatever is said takes its time, and no longer', async () => {
  const { clock, host, join } = createMemoryHosts();
  const [near, far] = await join(await host(), await host());
  say(near, 1);
  clock.advance(delayMs - 1);
  expect(far.heard).toEqual([]);
  clock.advance(1);
  expect(far.heard).toEqual(['1']);
});

test('while a session lives its ends ask each other, for ever; a close leaves nothing', async () => {
  const { clock, network, host, join } = createMemoryHosts();
  const [one, other] = [await host(), await host()];
  const [near, far] = await join(one, other);
  await clock.advanceAsync(20 * pingEveryMs);
  expect([near.heard, far.heard, network.open]).toEqual([[], [], 1]);
  near.session.close('disconnect');
  await clock.advanceAsync(handshakeMs);
  expect([near.heard, far.heard]).toEqual([['local disconnect'], ['remote disconnect']]);
  expect([network.open, clock.pending]).toEqual([0, 0]);
});

test('a short cut loses nothing: what was said comes in order after the heal', async () => {
  const { clock, network, host, join } = createMemoryHosts();
  const [one, other] = [await host(), await host()];
  const [near, far] = await join(one, other);
  network.cut(one.id, other.id);
  say(near, 1, 2);
  say(far, 3);
  await clock.advanceAsync(pingEveryMs / 2);
  say(near, 4);
  expect([near.heard, far.heard]).toEqual([[], []]);
  network.heal(one.id, other.id);
  await clock.advanceAsync(delayMs);
  expect([near.heard, far.heard]).toEqual([['3'], ['1', '2', '4']]);
});

test('a block is one way: the other way everything passes', async () => {
  const { clock, network, host, join } = createMemoryHosts();
  const [one, other] = [await host(), await host()];
  const [near, far] = await join(one, other);
  network.block(one.id, other.id);
  say(near, 1);
  say(far, 2);
  await clock.advanceAsync(delayMs);
  expect([near.heard, far.heard]).toEqual([['2'], []]);
  network.heal(one.id);
  expect(far.heard).toEqual(['1']);
});

test.each(['cut', 'block'] as const)('a long %s ends the session on both sides, each by its own clock', async (how) => {
  const { clock, network, host, join } = createMemoryHosts();
  const [one, other] = [await host(), await host()];
  const [near, far] = await join(one, other);
  network[how](one.id, other.id);
  await clock.advanceAsync(pingEveryMs - handshakeMs);
  expect([near.heard, far.heard]).toEqual([[], []]);
  await clock.advanceAsync(2 * pingEveryMs);
  // Blocked one way, the end that still hears is told by the other one's reset.
  expect([near.heard, far.heard]).toEqual([['ERR_SIGNALLING'], ['ERR_SIGNALLING']]);
  network.heal();
  await clock.advanceAsync(handshakeMs);
  expect([network.open, clock.pending]).toEqual([0, 0]);
});

test('a heal is between two, at one, or everywhere', async () => {
  const { clock, network, host, join } = createMemoryHosts();
  const [one, other, third] = [await host(), await host(), await host()];
  const sessions = [await join(one, other), await join(one, third), await join(other, third)];
  const heard = (): number[] => sessions.map(([, far]) => far.heard.length);
  network.cut(one.id, other.id);
  network.cut(one.id, third.id);
  network.cut(other.id, third.id);
  for (const [near] of sessions) say(near, 1);
  await clock.advanceAsync(delayMs);
  expect(heard()).toEqual([0, 0, 0]);
  network.heal(third.id, other.id);
  expect(heard()).toEqual([0, 0, 1]);
  network.heal(third.id);
  expect(heard()).toEqual([0, 1, 1]);
  network.heal();
  expect(heard()).toEqual([1, 1, 1]);
});

test('a drop ends the sessions between two, without a bye, and no others', async () => {
  const { clock, network, host, join } = createMemoryHosts();
  const [one, other, third] = [await host(), await host(), await host()];
  const [near, far] = await join(one, other);
  const [back, forth] = await join(other, one);
  const [apart] = await join(one, third);
  say(near, 1);
  network.drop(other.id, one.id);
  await clock.advanceAsync(delayMs);
  for (const { heard } of [near, far, back, forth]) expect(heard).toEqual(['ERR_SIGNALLING']);
  expect([apart.heard, network.open]).toEqual([[], 1]);
  await join(one, other);
});

test('when a host is killed, sends no bye and takes no dial; nothing of it stays open', async () => {
  const { clock, network, host, join } = createMemoryHosts();
  const [one, other, third] = [await host(), await host(), await host()];
  const [near, far] = await join(one, other);
  const [apart] = await join(other, third);
  network.kill(one.id);
  await clock.advanceAsync(delayMs);
  expect([near.heard, far.heard, apart.heard]).toEqual([['ERR_SIGNALLING'], ['ERR_SIGNALLING'], []]);
  const [there, back] = [dial(other, one), dial(one, other)];
  await clock.advanceAsync(delayMs);
  expect([there.outcome, back.outcome, network.open]).toEqual(['ERR_REFUSED', 'ERR_UNREACHABLE', 1]);
  network.kill(third.id);
  await clock.advanceAsync(delayMs);
  expect([network.open, clock.pending]).toEqual([0, 0]);
});

test('a close over a cut waits no longer than its time limit', async () => {
  const { clock, network, host, join } = createMemoryHosts();
  const [one, other] = [await host(), await host()];
  const [near] = await join(one, other);
  network.cut(one.id, other.id);
  let closed = false;
  const closing = one.signalling.close().then(() => {
    closed = true;
  });
  await clock.advanceAsync(limits.signalling.closeMs - 1);
  expect([closed, near.heard]).toEqual([false, []]);
  await clock.advanceAsync(1);
  await closing;
  expect([closed, near.heard]).toEqual([true, ['local stopping']]);
});
