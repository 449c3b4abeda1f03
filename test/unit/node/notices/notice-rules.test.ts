import { describe, expect, it } from 'vitest';
import type { InterfaceStats } from '../../../../src/api/devices.ts';
import { limits } from '../../../../src/limits.ts';
import { type NoticeFacts, noticesOf } from '../../../../src/node/notices/notice-rules.ts';

const eth0: InterfaceStats = {
  addresses: ['192.0.2.1'],
  packets: 0,
  heardAt: null,
  ownHeardAt: 1,
  offLink: 0,
  fault: null,
  faultKind: null,
};
const lo: InterfaceStats = { ...eth0, addresses: ['127.0.0.1'] };
const { aloneMs } = limits.notices;
const device = (name: string) => ({ id: `${name}aaaaaaaaaaaa`, name, addresses: ['192.0.2.9'], port: 41_000 });

const quiet: NoticeFacts = {
  choice: { addresses: ['192.0.2.1'], missing: [], onlyLoopback: false },
  describeInterfaces: () => 'eth0 is there',
  interfaces: { eth0 },
  port: 41_234,
  aloneMs: 0,
  misfits: [],
  unreached: [],
};

/** Code and message of each notice. */
const said = (facts: Partial<NoticeFacts>): string[] =>
  noticesOf({ ...quiet, ...facts }).map(({ code, message }) => `${code}: ${message}`);

describe('what is said of the surroundings', () => {
  it('nothing while nothing is wrong, and nothing in memory', () => {
    expect(said({})).toEqual([]);
    expect(said({ choice: undefined, interfaces: undefined, aloneMs: 10 * aloneMs })).toEqual([]);
  });

  it.each<readonly [string, Partial<NoticeFacts>, readonly RegExp[]]>([
    [
      'only loopback, which was not chosen',
      { choice: { addresses: ['127.0.0.1'], missing: [], onlyLoopback: true }, interfaces: { lo } },
      [/^ERR_NO_NETWORK: This machine has no IPv4 address but those of loopback.*eth0 is there.*DHCP.*IPv6 alone/],
    ],
    [
      'loopback that was chosen',
      { choice: { addresses: ['127.0.0.1'], missing: [], onlyLoopback: false }, interfaces: { lo } },
      [],
    ],
    [
      'nothing of what was chosen',
      { choice: { addresses: [], missing: ['eth7', '192.0.2.7'], onlyLoopback: false }, interfaces: {} },
      [/^ERR_NO_NETWORK: None of the chosen interfaces has an IPv4 address: eth7, 192\.0\.2\.7, so only this machine/],
    ],
    [
      'a part of what was chosen',
      { choice: { addresses: ['192.0.2.1'], missing: ['eth7'], onlyLoopback: false } },
      [/^ERR_INTERFACE_UNKNOWN: Chosen and not there, so waited for: eth7\./],
    ],
    [
      'an interface that cannot send, for a minute',
      { interfaces: { eth0: { ...eth0, fault: 'send EPERM' } }, aloneMs },
      [/^ERR_DISCOVERY: mDNS does not work on eth0 \(192\.0\.2\.1\): send EPERM$/],
    ],
    [
      'one that was in use and is gone',
      { interfaces: { eth0, wlan0: { ...eth0, addresses: [], fault: null } }, aloneMs: aloneMs - 1 },
      [],
    ],
    [
      'no other device',
      { aloneMs },
      [
        /^ERR_ALONE: .*No other device is heard by mDNS at all.*isolated.*connect to the.*this one: 192\.0\.2\.1 port 41234/,
      ],
    ],
    [
      'mDNS of others',
      { interfaces: { eth0: { ...eth0, packets: 9 } }, aloneMs },
      [/^ERR_ALONE: .*so the network carries/],
    ],
    [
      'mDNS from elsewhere',
      { interfaces: { eth0: { ...eth0, offLink: 9 } }, aloneMs },
      [/^ERR_ALONE: .*\/32.*connect/],
    ],
    ['no other device on loopback', { interfaces: { lo }, aloneMs }, [/^ERR_ALONE: .*Only loopback is in use/]],
    [
      'other devices that do not fit',
      {
        misfits: [
          { ...device('cat'), misfit: 'key' },
          { ...device('dog'), misfit: 'keyless' },
          { ...device('eel'), misfit: 'keyed' },
          { ...device('fox'), misfit: 'version' },
          { ...device('hen'), misfit: 'unlisted' },
          { ...device('owl'), misfit: 'denied' },
        ],
      },
      [
        /^ERR_VERSION: Heard with another version.*: fox \(foxaaaaa at 192\.0\.2\.9\)\.$/,
        /^ERR_NETWORK_KEY: Heard with another network key.*cat .*without a network key.*dog .*does not have.*eel /,
        /^ERR_NOT_ALLOWED: .*allow-list.*hen .*deny-list.*owl /,
      ],
    ],
    [
      'many of them: some by name',
      { misfits: ['a', 'b', 'c', 'd', 'e'].map((name) => ({ ...device(name), misfit: 'key' as const })) },
      [/: a \(.*b \(.*c \([^)]*\) and 2 more\.$/],
    ],
    [
      'one that is heard and not reached',
      { unreached: [device('cat')] },
      [/^ERR_UNREACHABLE: .*cat \(.*firewall.*TCP port 41000.*reflector/],
    ],
  ])('%s', (_, facts, expected) => {
    const all = said(facts);
    expect(all).toHaveLength(expected.length);
    for (const [at, pattern] of expected.entries()) expect(all[at]).toMatch(pattern);
  });

  it('one line without control characters, whatever others call themselves', () => {
    const [message] = said({ misfits: [{ ...device('cat'), name: 'a\u001b[31m\nb', misfit: 'key' }] });
    expect(message).not.toMatch(/\p{C}/u);
  });
});
