import { expect, test } from 'vitest';
import { readMessage } from '../../../src/adapters/discovery/dns/message.ts';
import { readNetwork } from '../../../src/adapters/discovery/network.ts';
import { OpenInterfaces } from '../../../src/adapters/discovery/open-interfaces.ts';
import { limits } from '../../../src/limits.ts';
import { createVirtualClock } from '../../../src/testing/virtual-clock.ts';
import { wirePacket, wireRecord } from '../../support/mdns.ts';

const { ownAddresses, retryEveryMs, txtStrings } = limits.discovery;

const announced = {
  fields: { version: 2, id: 'x', incarnation: { counter: 1, random: '0' }, networkTag: null, name: 'n' },
  port: 4_000,
};

/** Interfaces that are opened, and that cannot send; by address how often each was opened. */
function setUp(addresses: readonly string[]) {
  const clock = createVirtualClock();
  const opened: (readonly string[])[] = [];
  const entry = { netmask: '', family: 'IPv4' as const, mac: '02:00:00:00:00:01', internal: false };
  const interfaces = { eth: addresses.map((address) => ({ ...entry, address, cidr: `${address}/24` })) };
  const nothing = (): void => undefined;
  const open = new OpenInterfaces({
    clock,
    addresses: () => addresses,
    machine: () => ({ interfaces, network: readNetwork(interfaces) }),
    faults: { add: nothing, addGeneral: nothing, clear: nothing, keep: nothing, of: () => undefined },
    open(_, reached) {
      opened.push(reached);
      return {
        ready: Promise.resolve(),
        broken: true,
        query: nothing,
        survey: () => undefined,
        close: () => Promise.resolve(),
      };
    },
  });
  open.announce(announced);
  return { clock, open, opened };
}

test('when an interface has more addresses than are announced, announces the first', () => {
  const addresses = Array.from({ length: 2 * ownAddresses }, (_, no) => `192.0.2.${no + 1}`);
  expect(setUp(addresses).opened).toEqual([addresses.slice(0, ownAddresses)]);
});

test('when an interface cannot send, opens it again only so often', () => {
  const { clock, open, opened } = setUp(['192.0.2.1']);
  for (let ms = 0; ms < retryEveryMs; ms += 100) {
    open.retryBroken();
    clock.advance(100);
  }
  expect(opened).toHaveLength(2);
  open.retryBroken();
  expect(opened).toHaveLength(3);
});

test('when a TXT record has more strings than its cap, does not read the record', () => {
  const text = (count: number) => {
    const strings = Buffer.concat(Array.from({ length: count }, () => Buffer.from([1, 97])));
    const message = readMessage(wirePacket({ flags: 0x8400, answers: [wireRecord('x.local', 'TXT', 120, strings)] }));
    return message && message !== 'ignored' ? message.answers.length : message;
  };
  expect(text(txtStrings)).toBe(1);
  expect(text(txtStrings + 1)).toBe(0);
});
