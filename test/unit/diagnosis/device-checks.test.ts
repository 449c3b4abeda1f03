import { describe, expect, it } from 'vitest';
import type { HeardDevice } from '../../../src/diagnosis/facts.ts';
import { at, type Changes, link, ownId, said, tablet } from '../../support/diagnosis-facts.ts';

const phone: HeardDevice = { ...tablet, id: `${'p'.repeat(51)}a`, name: 'phone', addresses: ['192.168.1.8'] };
const devices = (...all: readonly HeardDevice[]): Changes => ({ node: { devices: all } });
const refusedBy = (code: 'ERR_NETWORK_KEY' | 'ERR_NOT_ALLOWED' | 'ERR_VERSION'): HeardDevice => ({
  ...tablet,
  dials: [{ address: '192.168.1.9', port: 40_000, outcome: { code } }],
});

describe('whether key, version and lists fit', () => {
  it.each<readonly [string, Changes, RegExp]>([
    ['they do', {}, /^ok \| Version, network key and lists fit those of 1 device\./],
    ['nobody is heard', devices(), /^unknown \| No device is heard/],
    [
      'it was not said who may connect',
      {
        node: {
          knowsAccess: false,
          devices: [
            { ...tablet, misfit: 'keyed' },
            { ...phone, hasKey: false },
          ],
        },
      },
      /^unknown \| Not compared.*tablet \(tttttttt\) has a network key \| phone \(pppppppp\) has no network key.*--key-file FILE/,
    ],
    [
      'another key',
      devices({ ...tablet, misfit: 'key', hasOurKey: false }),
      /^fault \| tablet \(tttttttt\) is heard and has another network key\..*Give both the same network key/,
    ],
    [
      'no key',
      devices({ ...tablet, misfit: 'keyless' }),
      /^fault \| tablet .*has no network key.*Give that device the network key/,
    ],
    [
      'a key, and none here',
      devices({ ...tablet, misfit: 'keyed' }),
      /^fault \| tablet .*has a network key, which this node does not have.*Give this node/,
    ],
    [
      'another version',
      devices({ ...tablet, misfit: 'version' }),
      /^fault \| tablet .*another version of the protocol.*the same version of lanpeer/,
    ],
    [
      'not on the allow-list',
      devices({ ...tablet, misfit: 'unlisted' }),
      /^fault \| tablet .*not on the allow-list.*--allow t{51}a/,
    ],
    [
      'on the deny-list',
      devices({ ...tablet, misfit: 'denied' }),
      /^fault \| tablet .*on the deny-list.*off the deny-list/,
    ],
    [
      'another network beside this one',
      devices(phone, { ...tablet, misfit: 'key', hasOurKey: false }),
      /^unknown \| tablet \(tttttttt\) cannot become a peer: it may be meant so\. \| tablet \(tttttttt\) has another network key/,
    ],
    [
      'a device of this network with another version',
      devices(phone, { ...tablet, misfit: 'version' }),
      /^fault \| tablet .*another version/,
    ],
    [
      'it takes no key of this node',
      devices(refusedBy('ERR_NETWORK_KEY')),
      /^fault \| tablet .*refuses this node: it wants another network key\./,
    ],
    [
      'it does not let this node in',
      devices(refusedBy('ERR_NOT_ALLOWED')),
      /^fault \| tablet .*not on its allow-list.*Add the id of this device to the allow-list there: o{51}a/,
    ],
    ['it refuses the version', devices(refusedBy('ERR_VERSION')), /^fault \| tablet .*another version of the protocol/],
    ['a peer, whose key was changed meanwhile', devices({ ...tablet, misfit: 'key', isPeer: true }), /^ok/],
  ])('%s', (_, changes, text) => expect(said('access', changes)).toMatch(text));
});

describe('whether TCP connections open', () => {
  const dials = (...all: readonly (readonly [string, HeardDevice['dials'][number]['outcome']])[]): HeardDevice => ({
    ...tablet,
    dials: all.map(([address, outcome]) => ({ address, port: 40_000, outcome })),
  });

  it.each<readonly [string, Changes, RegExp]>([
    ['they do', {}, /^ok \| TCP connections open to 1 device\. \| tablet \(tttttttt\) at 192\.168\.1\.9:40000: open/],
    [
      'a peer is connected',
      { node: { devices: [{ ...tablet, isPeer: true, dials: [] }], peers: [link] } },
      /^ok .*tablet \(tttttttt\) is connected, at 192\.168\.1\.9/,
    ],
    ['none was tried', devices({ ...tablet, dials: [] }), /^unknown \| No TCP connection was tried/],
    [
      'each address tells of itself',
      devices(dials(['192.168.1.9', 'refused'], ['192.168.2.9', 'timeout'], ['192.168.3.9', 'unreachable'])),
      /^fault \| Heard by mDNS, and no TCP connection gets there: tablet.*192\.168\.1\.9:40000: refused.*192\.168\.2\.9:40000: no answer.*192\.168\.3\.9:40000: cannot be reached.*Allow TCP port 40000 in the firewall there \(sudo ufw allow 40000\/tcp, or sudo firewall-cmd --add-port=40000\/tcp\), and fix it by --port 40000/,
    ],
    ['one of two addresses leads there', devices(dials(['192.168.1.9', 'timeout'], ['192.168.2.9', 'open'])), /^ok/],
    ['dials of the node say so', devices(dials(['192.168.1.9', { code: 'ERR_TIMEOUT' }])), /^fault .*no answer/],
    ['what comes over TCP came over TCP', devices(dials(['192.168.1.9', { code: 'ERR_NOT_ALLOWED' }])), /^ok/],
    [
      'one of two devices',
      devices(phone, dials(['192.168.1.9', 'timeout'])),
      /^fault .*gets there: tablet \(tttttttt\)\./,
    ],
    [
      'a firewall here',
      devices(dials(['192.168.1.9', 'blocked'])),
      /^fault \| A firewall of this machine lets no TCP out to tablet.*Allow outgoing TCP to port 40000/,
    ],
    [
      'refused at the router',
      devices(dials(['192.168.1.1', 'refused'])),
      /^fault .*a reflector\), and no TCP.*Connect to the address of the device itself, port 40000/,
    ],
    [
      'behind a router',
      devices({ ...dials(['192.168.1.9', 'refused'], ['10.9.0.2', 'timeout']), offLink: ['10.9.0.2'] }),
      /^fault .*a reflector.*Let the router pass TCP to 10\.9\.0\.2, port 40000/,
    ],
    ['one that is most likely gone', devices({ ...dials(['192.168.1.9', 'refused']), heardAt: at - 90_000 }), /^ok/],
    [
      'one that drops, and was heard a while ago',
      devices({ ...dials(['192.168.1.9', 'timeout']), heardAt: at - 90_000 }),
      /^fault/,
    ],
    ['the node of this device itself', devices({ ...tablet, id: ownId, dials: [] }), /^unknown/],
  ])('%s', (_, changes, text) => expect(said('tcp', changes)).toMatch(text));

  it('speaks of Windows where it is', () =>
    expect(
      said('tcp', { ...devices(dials(['192.168.1.9', 'timeout'])), machine: { system: 'Windows_NT 10 x64' } }),
    ).toMatch(/netsh .*protocol=TCP localport=40000/));
});

describe('whether UDP carries the links', () => {
  const over = (...peers: readonly Partial<typeof link>[]): Changes => ({
    node: { peers: peers.map((one) => ({ ...link, ...one })) },
  });

  it.each<readonly [string, Changes, RegExp]>([
    ['it does', over({}), /^ok \| UDP carries 1 link\. \| tablet \(tttttttt\) over webrtc, connected 10 min ago/],
    ['no peer', {}, /^unknown \| No peer is connected/],
    ['not wanted here', { node: { takesWebrtc: false, peers: [{ ...link, via: 'tls' }] } }, /^ok \| Not needed/],
    ['not wanted there', over({ via: 'tls', takesWebrtc: false }), /^ok/],
    ['on its way', over({ via: 'tls', forMs: 5_000 }), /^unknown \| 1 link over TLS so far/],
    [
      'it does not',
      over({}, { via: 'tls', name: 'phone' }),
      /^fault \| UDP does not get through to phone.*TLS carries.*phone \(tttttttt\) over tls.*Allow UDP/,
    ],
  ])('%s', (_, changes, text) => expect(said('udp', changes)).toMatch(text));
});

describe('whether another device has this identity', () => {
  it.each<readonly [string, Changes, RegExp]>([
    ['none', {}, /^ok \| No other device has this identity/],
    ['none is known', { node: { id: null } }, /^unknown \| No identity of this device is known yet/],
    [
      'the node of this device, heard by one that only looks',
      devices({ ...tablet, id: ownId, source: '192.168.1.7' }),
      /^ok/,
    ],
    [
      'one that announces it',
      devices({ ...tablet, id: ownId }),
      /^fault \| Another device has this identity: 192\.168\.1\.9:40000\..*was not proven.*lanpeer id --new/,
    ],
    [
      'one that proved it',
      {
        node: { copies: [{ address: '192.168.1.9', port: 40_000, proven: true }], devices: [{ ...tablet, id: ownId }] },
      },
      /^fault \| Another device has this identity: 192\.168\.1\.9:40000\. \| o{51}a at 192\.168\.1\.9:40000, which proved the key \| If both are yours/,
    ],
  ])('%s', (_, changes, text) => expect(said('identity', changes)).toMatch(text));
});
