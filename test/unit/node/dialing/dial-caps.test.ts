import { expect, test } from 'vitest';
import { createActor } from 'xstate';
import type { SignallingSession } from '../../../../src/adapters/signalling/port.ts';
import { LanpeerError } from '../../../../src/errors.ts';
import { limits } from '../../../../src/limits.ts';
import { createDialer } from '../../../../src/node/dialing/dialer.ts';
import type { Endpoint } from '../../../../src/node/dialing/endpoint.ts';
import { createVirtualClock } from '../../../../src/testing/virtual-clock.ts';

const { addedPerSource, atOnce, eager, idleMs, idleTimes, nextMs } = limits.dial;

/** Lets promises that are due settle; no time passes. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

/** A dialer of which no dial ends by itself. */
function rig(endpoints: (peerId: string) => readonly Endpoint[]) {
  const clock = createVirtualClock();
  const under = new Set<(error: LanpeerError) => void>();
  const dialed = new Set<string>();
  const watchers = new Set<() => void>();
  const dialer = createDialer({
    signalling: {
      dial: ({ address, port }) =>
        new Promise<SignallingSession>((_, reject) => {
          dialed.add(`${address} ${port}`);
          under.add(reject);
        }),
    },
    endpoints,
    watch(_, listener) {
      watchers.add(listener);
      return () => void watchers.delete(listener);
    },
    opened: () => undefined,
    exists: () => true,
    lost: () => undefined,
    failed: () => undefined,
    clock,
  });
  return {
    clock,
    dialed,
    watchers,
    dial(peerId: string): void {
      createActor(dialer, { clock, input: { peerId, patient: false } }).start();
    },
    failAll(): void {
      for (const reject of under) reject(new LanpeerError('ERR_REFUSED'));
      under.clear();
    },
  };
}

/** So many peers are dialed at once, each at one address where it was reached before. */
async function dialPeers(count: number) {
  const dialing = rig((peerId) => [{ address: peerId, port: 4_000 }]);
  for (let no = 0; no < count; no += 1) dialing.dial(`192.0.2.${no}`);
  await settle();
  return dialing;
}

test('when many peers are dialed, begins a few at once, and each more of them after a look', async () => {
  const { clock, dialed } = await dialPeers(atOnce);
  expect(dialed.size).toBe(eager);
  await clock.advanceAsync(nextMs);
  expect(dialed.size).toBe(eager + 1);
});

test('when dials do not end, lets others begin after a while, up to a bound', async () => {
  const { clock, dialed } = await dialPeers(atOnce * idleTimes + 8);
  await clock.advanceAsync(idleMs - nextMs);
  expect(dialed.size).toBe(atOnce);
  await clock.advanceAsync(2 * idleMs);
  expect(dialed.size).toBeGreaterThan(atOnce);
  await clock.advanceAsync(60_000);
  expect(dialed.size).toBe(atOnce * idleTimes);
});

test('when a source announces more and more addresses during a dial, dials a few of them', async () => {
  const source = '192.0.2.66';
  const known: Endpoint[] = [{ address: '192.0.2.1', port: 4_000 }];
  const { clock, dial, dialed, failAll, watchers } = rig(() => known);
  dial('peer');
  await settle();
  for (let no = 0; no < 50; no += 1) known.push({ address: source, port: 5_000 + no, source });
  for (const announce of watchers) announce();
  for (let round = 0; round < 20; round += 1) {
    await clock.advanceAsync(100);
    failAll();
  }
  expect([...dialed].filter((name) => name.startsWith(source))).toHaveLength(addedPerSource);
});
