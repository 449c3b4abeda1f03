import type { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { readNetwork } from '../../../src/adapters/discovery/network.ts';

function interfaces(...cidrs: (string | null)[]): ReturnType<typeof networkInterfaces> {
  const list = cidrs.map((cidr) => ({
    address: cidr?.split('/')[0] ?? '203.0.113.1',
    netmask: '',
    family: 'IPv4' as const,
    mac: '02:00:00:00:00:01',
    internal: false,
    cidr,
  }));
  const ipv6 = { address: 'fe80::1', netmask: '', family: 'IPv6' as const, mac: '', internal: false, scopeid: 2 };
  return { eth: [...list, { ...ipv6, cidr: 'fe80::1/64' }], gone: undefined };
}

test('a source is near if it is in the subnet of the interface', () => {
  const { isOnLink } = readNetwork(interfaces('192.0.2.1/25', '198.51.100.1/24'));
  expect(isOnLink('192.0.2.126', '192.0.2.1')).toBe(true);
  expect(isOnLink('192.0.2.1', '192.0.2.1')).toBe(true);
  expect(isOnLink('192.0.2.129', '192.0.2.1')).toBe(false);
  expect(isOnLink('198.51.100.7', '192.0.2.1')).toBe(false);
  expect(isOnLink('8.8.8.8', '192.0.2.1')).toBe(false);
  expect(isOnLink('192.0.2.2', '192.0.2.9')).toBe(false);
});

test('loopback is near loopback only', () => {
  const { isOnLink, isOwn } = readNetwork(interfaces('127.0.0.1/8', '192.0.2.1/24'));
  expect(isOnLink('127.0.0.9', '127.0.0.1')).toBe(true);
  expect(isOnLink('192.0.2.1', '127.0.0.1')).toBe(false);
  expect(isOnLink('127.0.0.1', '192.0.2.1')).toBe(false);
  expect([isOwn('127.1.2.3'), isOwn('192.0.2.1'), isOwn('192.0.2.2')]).toEqual([true, true, false]);
});

test('when an address has no subnet, nothing but itself is near', () => {
  const { isOnLink } = readNetwork(interfaces(null));
  expect([isOnLink('203.0.113.1', '203.0.113.1'), isOnLink('203.0.113.2', '203.0.113.1')]).toEqual([true, false]);
});

test('the signature changes with addresses and subnets, not with their order', () => {
  const { signature } = readNetwork(interfaces('192.0.2.1/24', '198.51.100.1/24'));
  expect(readNetwork(interfaces('198.51.100.1/24', '192.0.2.1/24')).signature).toBe(signature);
  expect(readNetwork(interfaces('198.51.100.1/24', '192.0.2.1/25')).signature).not.toBe(signature);
  expect(readNetwork(interfaces('198.51.100.1/24')).signature).not.toBe(signature);
});

test('of the addresses off the link those of RFC 1918 are told, but not those of this machine', () => {
  const { privateOffLink, isNear, nameOf } = readNetwork(interfaces('10.77.0.1/24', '172.17.0.1/16'));
  const named = [
    '10.77.0.2',
    '10.78.0.2',
    '172.16.0.1',
    '172.17.0.1',
    '172.31.255.1',
    '172.32.0.1',
    '192.168.1.1',
    '192.169.1.1',
    '169.254.1.1',
    '100.64.0.1',
    '8.8.8.8',
    '127.0.0.1',
  ];
  expect(privateOffLink(named, '10.77.0.1')).toEqual(['10.78.0.2', '172.16.0.1', '172.31.255.1', '192.168.1.1']);
  expect(privateOffLink(named, '127.0.0.1')).toEqual([]);
  expect([isNear('172.17.9.9'), isNear('127.0.0.1'), isNear('10.78.0.2')]).toEqual([true, true, false]);
  expect([nameOf('10.77.0.1'), nameOf('10.79.0.1')]).toEqual(['eth', '10.79.0.1']);
});
