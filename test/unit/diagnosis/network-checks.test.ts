import { describe, expect, it } from 'vitest';
import { type Changes, eth0, machine, said, tablet } from '../../support/diagnosis-facts.ts';

const quiet = { packets: 0, heardAt: null };
const nobody = { devices: [], peers: [] };
const tun0 = {
  name: 'tun0',
  kind: 'vpn',
  state: 'up',
  addresses: [{ address: '10.8.0.2', family: 4, prefix: 24 }],
} as const;

describe('whether mDNS leaves this machine and comes back', () => {
  const fault = (faultKind: 'outgoing-blocked' | 'nothing-received' | 'no-route' | 'gone' | 'other', text = 'odd') => ({
    mdns: { eth0: { fault: text, faultKind } },
  });

  it.each<readonly [string, Changes, RegExp]>([
    [
      'it does',
      {},
      /^ok \| What is sent by mDNS is heard back on eth0\. \| eth0: own packets came back, the last one 1 s ago/,
    ],
    [
      'outgoing is blocked',
      fault('outgoing-blocked'),
      /^fault \| A firewall of this machine does not let mDNS out on eth0 \(EPERM\)\. .*sudo ufw allow out 5353\/udp, or sudo firewall-cmd .*OUTPUT 0 -p udp --dport 5353/,
    ],
    [
      'incoming is blocked',
      fault('nothing-received'),
      /^fault \| mDNS leaves .* nothing comes in, not even what this node sent.*sudo ufw allow in 5353\/udp, or sudo firewall-cmd --add-service=mdns/,
    ],
    [
      'incoming is blocked on Windows',
      { ...fault('nothing-received'), machine: { system: 'Windows_NT 10.0 x64' } },
      /netsh advfirewall firewall add rule name=lanpeer dir=in action=allow protocol=UDP localport=5353/,
    ],
    [
      'incoming is blocked on macOS',
      { ...fault('nothing-received'), machine: { system: 'Darwin 25.0 arm64' } },
      /System Settings, Privacy & Security, Local Network/,
    ],
    [
      'no route',
      fault('no-route'),
      /^fault \| Multicast has no way out on eth0.*ip route add 224\.0\.0\.0\/4 dev eth0/,
    ],
    ['the address is gone', fault('gone'), /^fault \| The address of eth0 is not there any more/],
    ['something else', fault('other', 'odd\u0007'), /^fault \| mDNS does not work on eth0: odd/],
    [
      'the port is taken',
      { mdns: { eth0: { fault: 'x', faultKind: 'port-taken' } } },
      /^unknown \| Nothing could be sent/,
    ],
    [
      'nothing came back so far',
      { mdns: { eth0: { ownHeardAt: null } } },
      /^unknown \| Nothing of this node has come back yet on eth0/,
    ],
    ['mDNS is off', { node: { discovery: null } }, /^unknown \| Not looked at: mDNS is switched off/],
    ['no interface is used', { mdns: {} }, /^unknown \| No interface is used/],
    [
      'a VPN beside the network carries none',
      {
        machine: { interfaces: [eth0, tun0] },
        mdns: { eth0: {}, tun0: { addresses: ['10.8.0.2'], fault: 'no way', faultKind: 'no-route' } },
      },
      /^ok \| .*tun0: no way/,
    ],
    [
      'there is a VPN alone, and it carries none',
      {
        machine: { interfaces: [tun0] },
        mdns: { tun0: { addresses: ['10.8.0.2'], fault: 'no way', faultKind: 'no-route' } },
      },
      /^fault \| Multicast has no way out on tun0/,
    ],
  ])('%s', (_, changes, text) => expect(said('multicast', changes)).toMatch(text));
});

describe('whether others are heard', () => {
  const alone: Changes = { node: nobody, mdns: { eth0: quiet } };

  it.each<readonly [string, Changes, RegExp]>([
    [
      'a node',
      {},
      /^ok \| 1 lanpeer node heard: tablet \(tttttttt\)\. \| tablet \(tttttttt\) at 192\.168\.1\.9:40000, heard 1 s ago/,
    ],
    [
      'one with an odd name',
      { node: { devices: [{ ...tablet, name: 'a\u001b[2J\u202e' }] } },
      /^ok \| .*a\\u\{1b\}\[2J\\u\{202e\} \(/,
    ],
    [
      'one on this computer, and mDNS of others',
      { node: { ...nobody, devices: [{ ...tablet, source: '192.168.1.7' }] } },
      /^unknown \| mDNS of other devices is heard, so the network is fine.*on this computer.*40 mDNS packets.*\(192\.168\.1\.7\)/,
    ],
    [
      'a peer by address',
      {
        node: {
          ...nobody,
          peers: [{ id: 'x', name: 'p', address: '192.168.9.9', via: 'tls', takesWebrtc: false, forMs: 1 }],
        },
      },
      /^ok \| No lanpeer node is heard by mDNS, and 1 peer connected/,
    ],
    [
      'nobody, and mDNS of others',
      { node: nobody },
      /^unknown \| mDNS of other devices is heard, so the network is fine, and no lanpeer node/,
    ],
    [
      'nobody so far',
      { node: { ...nobody, listenedMs: 3_000 }, mdns: { eth0: quiet } },
      /^unknown \| No lanpeer node was heard so far, in 3 s\..*it takes 10 s/,
    ],
    [
      'other mDNS, and not for long',
      { node: { ...nobody, listenedMs: 3_000 } },
      /^unknown \| No lanpeer node was heard so far/,
    ],
    [
      'nobody at all',
      alone,
      /^unknown \| No other device is heard by mDNS at all, and what this node sends comes back: either it is the only one.*isolated Wi-Fi.*IGMP snooping.*lanpeer doctor ADDRESS:PORT \(this node is at 192\.168\.1\.7:49152\)/,
    ],
    [
      'nobody, in WSL',
      { ...alone, machine: { inside: 'wsl' } },
      /^unknown \| .*WSL has a network of its own.*networkingMode=mirrored/,
    ],
    [
      'nobody, in a container',
      { ...alone, machine: { inside: 'container' } },
      /^unknown \| .*as that of a container does/,
    ],
    [
      'nobody, by a node that only looks',
      { ...alone, node: { ...nobody, onlyLooks: true } },
      /\(this device is at 192\.168\.1\.7; the line `ready` of its node has the port\)/,
    ],
    [
      'only from outside, by an address without neighbours',
      {
        node: nobody,
        mdns: { eth0: { ...quiet, offLink: 9 } },
        machine: { interfaces: [{ ...eth0, addresses: [{ address: '192.168.1.7', family: 4, prefix: 32 }] }] },
      },
      /^fault \| mDNS is heard only from outside.*An address with \/32 has no neighbours/,
    ],
    [
      'only from outside',
      { node: nobody, mdns: { eth0: { ...quiet, offLink: 9 } } },
      /^fault \| .*the prefix of this machine are those of the network/,
    ],
    [
      'nothing works',
      { node: nobody, mdns: { eth0: { ...quiet, fault: 'x', faultKind: 'gone' } } },
      /^unknown \| Nobody else can be heard/,
    ],
    ['mDNS is off', { node: { ...nobody, discovery: null } }, /^unknown \| Not looked at: mDNS is switched off/],
  ])('%s', (_, changes, text) => expect(said('others', changes)).toMatch(text));

  it('the machine need not be known', () => expect(said('others', { machine: null })).toMatch(/^ok/));
  it('speaks of a bounded number of devices', () => {
    const devices = Array.from({ length: 1_000 }, (_, no) => ({ ...tablet, id: `${no}${tablet.id}` }));
    for (const id of ['others', 'access', 'tcp'] as const)
      expect(
        said(id, { node: { devices: devices.map((one) => ({ ...one, misfit: 'key' as const })) }, machine }).length,
      ).toBeLessThan(3_500);
  });
});
