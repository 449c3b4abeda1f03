import { expect, test } from 'vitest';
import { limits } from '../../../src/limits.ts';
import { createMemoryHosts, delayMs, dial, handshakeMs } from '../../support/memory-hosts.ts';

test('over a cut, in either direction, a dial runs into its time limit', async () => {
  const { clock, network, host, join } = createMemoryHosts();
  const [one, other] = [await host(), await host()];
  for (const fault of [
    () => network.block(one.id, other.id),
    () => network.block(other.id, one.id),
    () => network.cut(one.id, other.id),
  ]) {
    fault();
    const made = dial(one, other);
    await clock.advanceAsync(limits.dial.timeoutMs - 1);
    expect(made.outcome).toBeUndefined();
    await clock.advanceAsync(1);
    expect([made.outcome, network.open, clock.pending]).toEqual(['ERR_TIMEOUT', 0, 0]);
    network.heal(one.id, other.id);
  }
  await join(one, other);
});

test('when no host is at the address, runs into the time limit; when nothing listens at the port, is refused', async () => {
  const { clock, host } = createMemoryHosts();
  const [one, other] = [await host(), await host()];
  const [nowhere, closed] = [dial(one, { ...other, address: '192.0.2.200' }), dial(one, { ...other, port: 1 })];
  await clock.advanceAsync(delayMs);
  expect([nowhere.outcome, closed.outcome]).toEqual([undefined, 'ERR_REFUSED']);
  await clock.advanceAsync(limits.dial.timeoutMs);
  expect(nowhere.outcome).toBe('ERR_TIMEOUT');
});

test('an abort ends a dial at any moment, and leaves nothing', async () => {
  const { clock, network, host } = createMemoryHosts();
  const [one, other] = [await host(), await host()];
  const [to, nowhere] = [other, { ...other, address: '192.0.2.200' }];
  for (const target of [to, nowhere])
    for (const after of [0, delayMs, 2 * delayMs]) {
      const controller = new AbortController();
      const made = dial(one, target, controller.signal);
      await clock.advanceAsync(after);
      controller.abort();
      await clock.advanceAsync(handshakeMs);
      expect([made.outcome, other.sessions, network.open, clock.pending]).toEqual(['ERR_ABORTED', [], 0, 0]);
    }
});

test('a cut while the two authenticate ends the dial after its time limit', async () => {
  const { clock, network, host } = createMemoryHosts();
  const [one, other] = [await host(), await host()];
  const made = dial(one, other);
  await clock.advanceAsync(delayMs);
  network.cut(one.id, other.id);
  await clock.advanceAsync(limits.dial.authenticationMs - 1);
  expect(made.outcome).toBeUndefined();
  await clock.advanceAsync(1);
  expect(made.outcome).toBe('ERR_TIMEOUT');
  network.heal();
  await clock.advanceAsync(handshakeMs);
  expect([other.sessions, network.open, clock.pending]).toEqual([[], 0, 0]);
});

test('a drop while the two authenticate ends the dial, and does not count as a session', async () => {
  const { clock, network, host, join } = createMemoryHosts();
  const [one, other] = [await host(), await host()];
  for (let no = 0; no < limits.signalling.sessionsPerPeer; no += 1) {
    const made = dial(one, other);
    await clock.advanceAsync(delayMs);
    expect(network.open).toBe(1);
    network.drop(one.id, other.id);
    await clock.advanceAsync(handshakeMs);
    expect([made.outcome, other.sessions, network.open]).toEqual(['ERR_SIGNALLING', [], 0]);
  }
  await join(one, other);
});

test('when a dialer failed, refuses it without a wire until its time is over', async () => {
  const { clock, network, host } = createMemoryHosts();
  const [one, other] = [await host(), await host({ networkKey: new Uint8Array(32) })];
  const first = dial(one, other);
  await clock.advanceAsync(4 * delayMs);
  const second = dial(one, other);
  await clock.advanceAsync(delayMs);
  expect([first.outcome, second.outcome]).toEqual(['ERR_NETWORK_KEY', 'ERR_NETWORK_KEY']);
  expect(other.refusals).toHaveLength(2);
  await clock.advanceAsync(limits.authBackoff.baseMs);
  const third = dial(one, other);
  await clock.advanceAsync(delayMs);
  expect([third.outcome, network.open]).toEqual([undefined, 1]);
  await clock.advanceAsync(handshakeMs);
  expect([third.outcome, network.open, clock.pending]).toEqual(['ERR_NETWORK_KEY', 0, 0]);
});
