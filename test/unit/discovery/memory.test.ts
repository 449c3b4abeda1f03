import { expect, test } from 'vitest';
import { createMemoryDiscoveryNetwork } from '../../../src/adapters/discovery/memory.ts';
import type { Discovery } from '../../../src/adapters/discovery/port.ts';
import type { DeviceChange } from '../../../src/api/devices.ts';
import { limits } from '../../../src/limits.ts';
import { createVirtualClock, type VirtualClock } from '../../../src/testing/virtual-clock.ts';
import { someAnnouncement } from '../../support/discovery.ts';

const { silentMs, queryEveryMs, askAtMostEveryMs, queryAtMs, interfacesEveryMs } = limits.discovery;

function makePair() {
  const still = createVirtualClock();
  let asleepMs = 0;
  const clock: VirtualClock = Object.create(still, { monotonic: { value: () => still.monotonic() + asleepMs } });
  const network = createMemoryDiscoveryNetwork({ clock });
  const seen: DeviceChange[] = [];
  const [one, other] = [network.discovery('192.0.2.1'), network.discovery('192.0.2.2')];
  const start = async (discovery: Discovery, name: string): Promise<void> => {
    await discovery.start(someAnnouncement({ name }), {
      device: (change, device) => void (device.name === 'other' && seen.push(change)),
      error: () => undefined,
    });
  };
  return {
    clock,
    /** Time goes on, timers do not. */
    sleep(ms: number) {
      asleepMs += ms;
    },
    network,
    one,
    other,
    /** Reports of `one` about `other`, but for those that say nothing new. */
    news: () => seen.filter((change) => change !== 'refreshed'),
    seen,
    async start() {
      await start(one, 'one');
      await start(other, 'other');
      clock.advance(10);
    },
  };
}

test('when a node is cut off, reports it lost after a silence, and found when the cut is healed', async () => {
  const { clock, network, news, start } = makePair();
  await start();
  expect(news()).toEqual(['found']);
  network.cut('192.0.2.1', '192.0.2.2');
  clock.advance(silentMs - queryEveryMs);
  expect(news()).toEqual(['found']);
  clock.advance(2 * queryEveryMs);
  expect(news()).toEqual(['found', 'lost']);
  network.heal('192.0.2.2', '192.0.2.1');
  clock.advance(2 * queryEveryMs);
  expect(news()).toEqual(['found', 'lost', 'found']);
});

test('an address can be cut from all others, and everything be healed', async () => {
  const { clock, network, other, news, start } = makePair();
  await start();
  network.cut('192.0.2.2');
  await other.stop();
  clock.advance(10);
  expect(news()).toEqual(['found']);
  network.heal();
  clock.advance(silentMs + interfacesEveryMs);
  expect(news()).toEqual(['found', 'lost']);
});

test('when nothing happens for a day, reports no device lost', async () => {
  const { clock, news, start } = makePair();
  await start();
  clock.advance(86_400_000);
  expect(news()).toEqual(['found']);
});

test('when the machine slept for hours, reports no device lost', async () => {
  const { clock, news, start, sleep, other } = makePair();
  await start();
  clock.advance(60_000);
  sleep(6 * 3_600_000);
  // A packet comes in before any timer has fired.
  other.query();
  clock.advance(10 * interfacesEveryMs);
  expect(news()).toEqual(['found']);
});

test('when a device left during a sleep, reports it lost in time', async () => {
  const { clock, network, news, start, sleep, other } = makePair();
  await start();
  clock.advance(60_000);
  sleep(6 * 3_600_000);
  other.query();
  clock.advance(10 * interfacesEveryMs);
  network.cut('192.0.2.2');
  clock.advance(silentMs + interfacesEveryMs);
  expect(news()).toEqual(['found', 'lost']);
});

test('queries follow their cadence, those of the program come at most once a second', async () => {
  const { clock, one, other, start } = makePair();
  await start();
  const packets = (): number => one.stats().packets;
  clock.advance((queryAtMs.at(-1) ?? 0) + 10);
  const before = packets();
  clock.advance(10 * queryEveryMs);
  // Each query of each of the two is answered by both.
  expect(packets() - before).toBe(2 * 2 * 10);
  clock.advance(2 * askAtMostEveryMs);
  const asked = packets();
  for (let turn = 0; turn < 100; turn += 1) other.query();
  clock.advance(10);
  expect(packets() - asked).toBe(2);
});

test('after all have stopped no timer is armed', async () => {
  const { clock, one, other, start } = makePair();
  await start();
  await Promise.all([one.stop(), other.stop()]);
  clock.advance(10);
  expect(clock.pending).toBe(0);
});

test('a listener that throws is told so, and the others go on', async () => {
  const clock = createVirtualClock();
  const network = createMemoryDiscoveryNetwork({ clock });
  const codes: string[] = [];
  const thrower = network.discovery('192.0.2.1');
  await thrower.start(someAnnouncement(), {
    device() {
      throw new Error('no');
    },
    error: ({ code }) => void codes.push(code),
  });
  await network.discovery('192.0.2.2').start(someAnnouncement(), {
    device() {
      throw new Error('no');
    },
    error() {
      throw new Error('not even this');
    },
  });
  clock.advance(10);
  expect(codes).toEqual(['ERR_HANDLER']);
});
