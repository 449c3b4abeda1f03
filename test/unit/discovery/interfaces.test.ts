import type { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { interfacesOf } from '../../../src/adapters/discovery/interfaces.ts';

type Interfaces = ReturnType<typeof networkInterfaces>;

const address = (text: string, internal = false): NonNullable<Interfaces[string]>[number] => ({
  address: text,
  netmask: '255.255.255.0',
  cidr: `${text}/24`,
  mac: '02:00:00:00:00:01',
  family: 'IPv4',
  internal,
});

const interfaces: Interfaces = {
  lo: [address('127.0.0.1', true)],
  eth0: [address('192.0.2.1'), address('192.0.2.2')],
  'eth0:1': [address('198.51.100.1')],
  eth1: [address('203.0.113.1')],
};

test('the addresses of one interface are one link, whatever label they have', () => {
  expect(interfacesOf(['192.0.2.1', '203.0.113.1', '192.0.2.2', '198.51.100.1'], interfaces)).toEqual([
    { name: 'eth0', address: '192.0.2.1', addresses: ['192.0.2.1', '192.0.2.2', '198.51.100.1'] },
    { name: 'eth1', address: '203.0.113.1', addresses: ['203.0.113.1'] },
  ]);
});

test('only what is used counts; all of loopback is one; what no interface has stands for itself', () => {
  expect(interfacesOf(['192.0.2.2', '127.0.0.1', '127.0.0.9', '192.0.2.77'], interfaces)).toEqual([
    { name: 'eth0', address: '192.0.2.2', addresses: ['192.0.2.2'] },
    { name: 'lo', address: '127.0.0.1', addresses: ['127.0.0.1', '127.0.0.9'] },
    { name: '192.0.2.77', address: '192.0.2.77', addresses: ['192.0.2.77'] },
  ]);
  expect(interfacesOf([], interfaces)).toEqual([]);
});
