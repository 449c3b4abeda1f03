import { expect, test } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import { watchNetwork } from '../../../../src/node/lifecycle/network-watch.ts';
import { networkSignature, readChoice } from '../../../../src/node/notices/interfaces.ts';
import { createVirtualClock } from '../../../../src/testing/virtual-clock.ts';

const every = limits.discovery.interfacesEveryMs;

test('a network that changes is told, once for each change', () => {
  const clock = createVirtualClock();
  let network = 'one address';
  let changes = 0;
  const stop = watchNetwork(
    clock,
    () => network,
    () => {
      changes += 1;
    },
  );
  clock.advance(10 * every);
  expect(changes).toBe(0);
  network = 'another address';
  clock.advance(5 * every);
  expect(changes).toBe(1);
  network = 'one address';
  clock.advance(every);
  expect(changes).toBe(2);
  stop();
  expect(clock.pending).toBe(0);
});

test('a wake-up is told, though the network is as it was', () => {
  const base = createVirtualClock();
  let asleepMs = 0;
  let changes = 0;
  // The monotonic clock of a machine that was suspended stood.
  const clock = { ...base, now: () => base.now() + asleepMs };
  watchNetwork(
    clock,
    () => '',
    () => {
      changes += 1;
    },
  );
  base.advance(3 * every);
  expect(changes).toBe(0);
  asleepMs = 60_000;
  base.advance(every);
  expect(changes).toBe(1);
  base.advance(10 * every);
  expect(changes).toBe(1);
});

test('the signature of this machine has its addresses', () => {
  expect(networkSignature()).toContain('127.0.0.1');
  expect(networkSignature()).toBe(networkSignature());
});

const entry = (address: string, family: 'IPv4' | 'IPv6' = 'IPv4') => ({
  address,
  netmask: '',
  mac: '02:00:00:00:00:01',
  internal: address.startsWith('127.'),
  cidr: null,
  ...(family === 'IPv4' ? { family } : { family, scopeid: 0 }),
});
const machine = {
  lo: [entry('127.0.0.1')],
  eth0: [entry('192.0.2.1'), entry('192.0.2.2'), entry('fe80::1', 'IPv6')],
  tun0: [entry('fd00::1', 'IPv6')],
};

test.each<readonly [string, readonly string[] | undefined, readonly string[], readonly string[]]>([
  ['nothing: all but loopback', undefined, ['192.0.2.1', '192.0.2.2'], []],
  ['an address', ['192.0.2.2'], ['192.0.2.2'], []],
  ['a name: all IPv4 addresses of it', ['eth0'], ['192.0.2.1', '192.0.2.2'], []],
  ['a name and an address of it', ['eth0', '192.0.2.1'], ['192.0.2.1', '192.0.2.2'], []],
  ['loopback, by name and by another of its addresses', ['lo', '127.0.0.9'], ['127.0.0.1', '127.0.0.9'], []],
  [
    'what is not there, beside what is',
    ['192.0.2.9', 'wlan0', 'eth0'],
    ['192.0.2.1', '192.0.2.2'],
    ['192.0.2.9', 'wlan0'],
  ],
  ['an interface with IPv6 alone', ['tun0'], [], ['tun0']],
])('of a machine a node uses what was chosen: %s', (_, chosen, addresses, missing) => {
  expect(readChoice(chosen, machine)).toEqual({ addresses, missing, onlyLoopback: false });
});

test('a machine without a network has loopback alone, unless that was chosen', () => {
  const { lo } = machine;
  expect(readChoice(undefined, { lo })).toEqual({ addresses: ['127.0.0.1'], missing: [], onlyLoopback: true });
  expect(readChoice(['127.0.0.1'], { lo })).toEqual({ addresses: ['127.0.0.1'], missing: [], onlyLoopback: false });
});
