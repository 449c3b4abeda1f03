import { describe, expect, it } from 'vitest';
import type { MachineInterface } from '../../../src/adapters/machine/port.ts';
import { type Changes, eth0, lo, machine, said } from '../../support/diagnosis-facts.ts';
import { at as reachedAt, sound } from '../../support/peer-facts.ts';

const with4 = (name: string, kind: MachineInterface['kind'], address: string): MachineInterface => ({
  name,
  kind,
  state: 'up',
  addresses: [{ address, family: 4, prefix: 24 }],
});
const alone = { devices: [], peers: [] };
const quiet = { packets: 0, heardAt: null };

describe('whether this machine can be reached', () => {
  it.each<readonly [string, Changes, RegExp]>([
    ['an address', {}, /^ok \| This machine has the address 192\.168\.1\.7\./],
    ['nothing known', { machine: null }, /^unknown \| The interfaces of this machine cannot be read/],
    [
      'loopback alone',
      { machine: { interfaces: [lo] } },
      /^fault \| This machine has no interface but loopback, so only this computer.*lo .*127\.0\.0\.1 \| Connect this machine/,
    ],
    [
      'no cable',
      { machine: { interfaces: [lo, { ...eth0, state: 'down', addresses: [] }] } },
      /^fault \| No interface of this machine has an IPv4 address.*eth0 \(wired\) is down.*Plug in the cable/,
    ],
    [
      'no DHCP',
      { machine: { interfaces: [lo, { ...eth0, addresses: [] }] } },
      /^fault \| No interface.*eth0 \(wired\) has no IPv4 address.*Look whether DHCP works/,
    ],
    [
      'IPv6 alone',
      { machine: { interfaces: [lo, { ...eth0, addresses: [{ address: 'fd00::7', family: 6, prefix: 64 }] }] } },
      /^fault \| This machine has IPv6 alone.*eth0 \(wired\) has IPv6 alone.*Give the interface an IPv4 address/,
    ],
    [
      'an address of its own, and nobody',
      { machine: { interfaces: [with4('eth0', 'wired', '169.254.7.7')] }, node: alone, mdns: { eth0: quiet } },
      /^fault \| This machine has given itself an address \(169\.254\.7\.7\): no DHCP server did/,
    ],
    [
      'one that is not used, because another was chosen',
      { machine: { interfaces: [lo, eth0] }, node: { chosen: ['127.0.0.1'] } },
      /^ok \| This machine has the address 192\.168\.1\.7, which is not used: other interfaces were chosen\./,
    ],
    [
      'several, of which one was chosen by name',
      { machine: { interfaces: [eth0, with4('eth1', 'wired', '10.0.0.7')] }, node: { chosen: ['eth1'] } },
      /^ok \| This machine has the address 10\.0\.0\.7\./,
    ],
    [
      'an address of its own, among others that have',
      { machine: { interfaces: [with4('eth0', 'wired', '169.254.7.7')] } },
      /^ok \| This machine has the address 169\.254\.7\.7/,
    ],
  ])('%s', (_, changes, text) => expect(said('network', changes)).toMatch(text));
});

describe('which interfaces are used', () => {
  const vpn = with4('tun0', 'vpn', '10.8.0.2');
  const docker = with4('docker0', 'virtual', '172.17.0.1');

  it.each<readonly [string, Changes, RegExp]>([
    [
      'one, which heard others',
      {},
      /^ok \| Used: eth0\. \| lo \(this computer alone\) has 127\.0\.0\.1: not used \| eth0 \(wired\) has 192\.168\.1\.7: used, 40 mDNS packets of other devices, the last one 2 s ago/,
    ],
    [
      'a VPN and containers beside it',
      {
        machine: { interfaces: [eth0, vpn, docker] },
        mdns: {
          eth0: {},
          tun0: { addresses: ['10.8.0.2'], ...quiet },
          docker0: { addresses: ['172.17.0.1'], ...quiet },
        },
      },
      /^ok \| Used: eth0, tun0, docker0\. 2 VPN or container networks among them.*tun0 \(a VPN\) has 10\.8\.0\.2: used, nobody else was heard there: most likely noise/,
    ],
    [
      'a VPN alone',
      { machine: { interfaces: [vpn] }, mdns: { tun0: { addresses: ['10.8.0.2'], ...quiet } }, node: alone },
      /^fault \| The only network here is tun0: a VPN.*Join the network of the others/,
    ],
    [
      'a VPN alone, which carries mDNS',
      { machine: { interfaces: [vpn] }, mdns: { tun0: { addresses: ['10.8.0.2'] } }, node: alone },
      /^ok \| Used: tun0/,
    ],
    [
      'a chosen one is not there',
      { node: { chosen: ['eth7', 'eth0'], missing: ['eth7\u001b'] } },
      /^fault \| Chosen and not there: eth7\\u\{1b\}\. .*eth0 \(wired\) has 192\.168\.1\.7.*by its name: .*DHCP/,
    ],
    [
      'loopback was chosen',
      {
        machine: { interfaces: [lo, eth0] },
        mdns: { lo: { addresses: ['127.0.0.1'], ...quiet } },
        node: { chosen: ['127.0.0.1'], devices: [] },
      },
      /^fault \| Chosen was 127\.0\.0\.1 alone, which reaches nothing but this computer\. .*without --interface all are used/,
    ],
    [
      'loopback was chosen, and the peer that is asked for is there',
      {
        machine: { interfaces: [lo, eth0] },
        mdns: { lo: { addresses: ['127.0.0.1'], ...quiet } },
        node: { chosen: ['lo'], devices: [] },
        peer: { ...sound, heard: null, addresses: [reachedAt('127.0.0.1')] },
      },
      /^ok \| Chosen was lo alone, which reaches this computer, and that peer is on it\./,
    ],
    ['mDNS is off', { node: { discovery: null } }, /^unknown \| No interface is used for mDNS: it is switched off/],
    ['none is there', { mdns: {} }, /^unknown \| No interface is used/],
    ['one that the machine does not tell of', { machine: null }, /^ok \| Used: eth0\. \| eth0: used, 40 mDNS packets/],
  ])('%s', (_, changes, text) => expect(said('interfaces', changes)).toMatch(text));

  it('tells of a bounded number of them', () => {
    const many = Array.from({ length: 500 }, (_, no) => with4(`veth${no}`, 'virtual', '172.18.0.1'));
    expect(said('interfaces', { machine: { interfaces: many } }).length).toBeLessThan(3_000);
  });
});

describe('who has UDP port 5353', () => {
  const avahi = { program: 'avahi-daemon', pid: 7, user: 'avahi', isOwn: false };
  const own = { program: 'node', pid: 9, user: 'me', isOwn: true };
  const taken = { mdns: { eth0: { fault: 'bind EADDRINUSE', faultKind: 'port-taken' as const } } };
  const port = machine.mdnsPort;

  it.each<readonly [string, Changes, RegExp]>([
    [
      'nobody else',
      { machine: { mdnsPort: { ...port, holders: [own] } } },
      /^ok \| UDP port 5353 is there, and no other program has it/,
    ],
    ['it cannot be seen', { machine: { mdnsPort: { ...port, holders: null } } }, /^ok \| UDP port 5353 is there\./],
    [
      'others, who share it',
      { machine: { mdnsPort: { ...port, holders: [own, avahi] } } },
      /^ok \| UDP port 5353 is shared with other programs\. \| shared with avahi-daemon \(pid 7\)/,
    ],
    [
      'one that has it exclusively',
      {
        machine: { mdnsPort: { ...port, holders: [{ ...avahi, program: 'other\u202e' }], sharing: 'exclusive' } },
        ...taken,
      },
      /^fault \| UDP port 5353 is held by other\\u\{202e\} \(pid 7\), which does not share it: no mDNS\..*held exclusively \| Stop that program.*SO_REUSEADDR; connect to an address works/,
    ],
    [
      'one that shares it by SO_REUSEPORT alone',
      { machine: { mdnsPort: { ...port, holders: [avahi], sharing: 'reuse-port' } }, ...taken },
      /^fault .*shared by SO_REUSEPORT alone/,
    ],
    [
      'one of another user',
      {
        machine: { mdnsPort: { ...port, holders: [{ ...avahi, program: null, pid: null }], sharing: 'taken' } },
        ...taken,
      },
      /^fault \| UDP port 5353 is held by a program of the user avahi.*held exclusively, or shared by SO_REUSEPORT alone/,
    ],
    [
      'Avahi, which is told not to share it',
      { machine: { mdnsPort: { holders: [avahi], sharing: 'taken', avahiDisallows: true } }, ...taken },
      /^fault .*disallow-other-stacks=yes \| Set disallow-other-stacks=no in \/etc\/avahi\/avahi-daemon\.conf/,
    ],
    [
      'one that is not known',
      { machine: null, ...taken },
      /^fault \| UDP port 5353 is held by another program.*which program has it cannot be seen/,
    ],
    ['mDNS is off', { node: { discovery: null } }, /^unknown \| UDP port 5353 is not used/],
    ['no interface', { mdns: {} }, /^unknown \| UDP port 5353 was not tried/],
  ])('%s', (_, changes, text) => expect(said('mdns-port', changes)).toMatch(text));
});
