import { describe, expect, it } from 'vitest';
import type { Candidate } from '../../../src/adapters/transport/werift/description.ts';
import { createTargets, readNear } from '../../../src/adapters/transport/werift/targets.ts';
import { limits } from '../../../src/limits.ts';

const candidate = (address: string, port = 50_000): Candidate => ({
  address,
  port,
  priority: 1,
  foundation: 'f',
  type: 'host',
});
const entry = (address: string, bits: number, family: 'IPv4' | 'IPv6') =>
  ({ address, cidr: `${address}/${bits}`, family, netmask: '', mac: '', internal: false, scopeid: 0 }) as const;
const isNear = readNear({
  eth0: [entry('192.168.1.5', 24, 'IPv4'), entry('fe80::5', 64, 'IPv6')],
  tun0: [{ ...entry('10.9.0.1', 32, 'IPv4'), cidr: null }],
});
const remoteAddress = '10.1.2.3';
const chosen = (candidates: readonly Candidate[], anywhere = false): readonly string[] =>
  createTargets({ remoteAddress, isNear, anywhere })
    .choose(candidates)
    .map(({ address, port }) => `${address} ${port}`);

describe('a peer may name', () => {
  it.each([
    ['its own address', remoteAddress],
    ['one on a link of this machine', '192.168.1.200'],
    ['one on such a link by IPv6', 'fe80::77'],
  ])('%s', (_, address) => {
    expect(chosen([candidate(address)])).toEqual([`${address} 50000`]);
  });

  it('few, of which its own address comes first', () => {
    const others = Array.from({ length: 15 }, (_, no) => candidate(`192.168.1.${no + 10}`));
    const addresses = chosen([...others, candidate(remoteAddress)]);
    expect(addresses).toHaveLength(limits.webrtc.candidates);
    expect(addresses[0]).toBe(`${remoteAddress} 50000`);
  });

  it('any where ICE servers are configured, but no port of a system service', () => {
    const most = Array.from({ length: limits.signalling.candidates }, (_, no) => candidate(`203.0.113.${no + 1}`));
    expect(chosen(most, true)).toHaveLength(most.length);
    expect(chosen([candidate('203.0.113.1', 53)], true)).toEqual([]);
  });
});

describe('a peer may not name', () => {
  it.each([
    ['a host behind a router', '203.0.113.7', 50_000],
    ['a host on another private network', '10.1.2.4', 50_000],
    ['the neighbour of an address without a network', '10.9.0.2', 50_000],
    ['a name', 'printer.local', 50_000],
    ['loopback', '127.0.0.1', 50_000],
    ['DNS at its own address', remoteAddress, 53],
    ['SNMP of a neighbour', '192.168.1.200', 161],
    ['LDAP of a neighbour', '192.168.1.200', 389],
    ['the last port of a system service', '192.168.1.200', 1_023],
  ])('%s', (_, address, port) => {
    expect(chosen([candidate(address, port)])).toEqual([]);
    const { accepts } = createTargets({ remoteAddress, isNear, anywhere: false });
    if (!address.endsWith('.local') && address !== '127.0.0.1') expect(accepts(address, port)).toBe(false);
  });
});
