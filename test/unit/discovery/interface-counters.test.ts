import { expect, test } from 'vitest';
import { createInterfaceCounters } from '../../../src/adapters/discovery/interface-counters.ts';
import { limits } from '../../../src/limits.ts';
import { createVirtualClock } from '../../../src/testing/virtual-clock.ts';

test('packets of others and of this machine, and when, by interface', () => {
  const clock = createVirtualClock();
  const counters = createInterfaceCounters(clock);
  const began = clock.now();
  counters.received('eth0', true);
  clock.advance(1_000);
  counters.received('eth0', false);
  counters.received('eth0', false);
  counters.offLink('wlan0');
  const present = [
    { name: 'eth0', address: '192.0.2.1', fault: null, faultKind: null },
    { name: 'eth0', address: '192.0.2.2', fault: 'it is deaf', faultKind: 'nothing-received' as const },
    { name: 'eth1', address: '192.0.2.3', fault: null, faultKind: null },
  ];
  expect(counters.stats(present)).toEqual({
    eth0: {
      addresses: ['192.0.2.1', '192.0.2.2'],
      packets: 2,
      heardAt: began + 1_000,
      ownHeardAt: began,
      offLink: 0,
      fault: 'it is deaf',
      faultKind: 'nothing-received',
    },
    eth1: {
      addresses: ['192.0.2.3'],
      packets: 0,
      heardAt: null,
      ownHeardAt: null,
      offLink: 0,
      fault: null,
      faultKind: null,
    },
    wlan0: { addresses: [], packets: 0, heardAt: null, ownHeardAt: null, offLink: 1, fault: null, faultKind: null },
  });
});

test('interfaces that come and go under ever new names do not pile up', () => {
  const counters = createInterfaceCounters(createVirtualClock());
  for (let at = 0; at < 500; at += 1) {
    counters.received('eth0', false);
    counters.received(`docker${at}`, true);
  }
  const stats = counters.stats([]);
  expect(Object.keys(stats).length).toBe(limits.discovery.interfaces);
  expect(stats['eth0']?.packets).toBe(500);
});
