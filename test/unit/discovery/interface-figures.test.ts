import { expect, test } from 'vitest';
import { createInterfaceFigures } from '../../../src/adapters/discovery/interface-figures.ts';
import { limits } from '../../../src/limits.ts';
import { createVirtualClock } from '../../../src/testing/virtual-clock.ts';

test('packets of others and of this machine, and when, by interface', () => {
  const clock = createVirtualClock();
  const figures = createInterfaceFigures(clock);
  const began = clock.now();
  figures.heard('eth0', true);
  clock.advance(1_000);
  figures.heard('eth0', false);
  figures.heard('eth0', false);
  figures.offLink('wlan0');
  const present = [
    { name: 'eth0', address: '192.0.2.1', fault: null },
    { name: 'eth0', address: '192.0.2.2', fault: 'it is deaf' },
    { name: 'eth1', address: '192.0.2.3', fault: null },
  ];
  expect(figures.stats(present)).toEqual({
    eth0: {
      addresses: ['192.0.2.1', '192.0.2.2'],
      packets: 2,
      heardAt: began + 1_000,
      ownHeardAt: began,
      offLink: 0,
      fault: 'it is deaf',
    },
    eth1: { addresses: ['192.0.2.3'], packets: 0, heardAt: null, ownHeardAt: null, offLink: 0, fault: null },
    wlan0: { addresses: [], packets: 0, heardAt: null, ownHeardAt: null, offLink: 1, fault: null },
  });
});

test('interfaces that come and go under ever new names do not pile up', () => {
  const figures = createInterfaceFigures(createVirtualClock());
  for (let at = 0; at < 500; at += 1) {
    figures.heard('eth0', false);
    figures.heard(`docker${at}`, true);
  }
  const stats = figures.stats([]);
  expect(Object.keys(stats).length).toBe(limits.discovery.interfaces);
  expect(stats['eth0']?.packets).toBe(500);
});
