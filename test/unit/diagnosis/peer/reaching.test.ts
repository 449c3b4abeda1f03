import { describe, expect, it } from 'vitest';
import type { LanpeerErrorCode } from '../../../../src/errors.ts';
import { isPrintable } from '../../../../src/util/printable.ts';
import { at, checksOf, notOpen, own, sound, unreached } from '../../../support/peer-facts.ts';

describe('the way to a peer', () => {
  it('when all is well, has no fault, and nothing that is not known', () => {
    const { faults, unknown } = checksOf({});
    expect([faults, unknown]).toEqual([[], []]);
  });

  it('escapes what the network says', () => {
    const hostile = { ...sound, name: 'x\u001b[31m\u202e' };
    const refused = [at('192.0.2.2', notOpen('refused'))];
    for (const peer of [hostile, { ...hostile, ...unreached }, { ...hostile, ...unreached, addresses: refused }])
      expect(
        checksOf(peer)
          .text.split('\n')
          .filter((line) => !isPrintable(line)),
      ).toEqual([]);
  });

  it('says of a peer whether mDNS brings it', () => {
    expect(checksOf({}).of('peer-heard').summary).toBe('Bertha (bbbbbbbb) was heard by mDNS from 192.0.2.2, 2 s ago.');
    const silent = { ...unreached, heard: null, name: null, addresses: [] };
    expect(checksOf(silent).of('peer-heard')).toMatchObject({
      status: 'fault',
      summary: 'the device (bbbbbbbb) was not heard by mDNS in 10 s.',
      next: expect.stringContaining('lanpeer doctor ADDRESS:PORT'),
    });
    // Too early to tell, not asked, and of no use.
    expect(checksOf(silent, { listenedMs: 1_000 }).of('peer-heard').status).toBe('unknown');
    expect(checksOf(silent, { discovery: null }).of('peer-heard').summary).toMatch(/^Not asked/);
    expect(checksOf({ ...silent, id: null, target: '192.0.2.2:1' }).of('peer-heard').summary).toMatch(/^Not asked/);
    expect(checksOf({ heard: null }).of('peer-heard').status).toBe('unknown');
  });

  it.each([
    ['refused', 'ECONNREFUSED', /192\.0\.2\.2:4711 refuses it/, /on which port.*ufw allow 4711\/tcp/],
    ['timed-out', null, /nothing answers at 192\.0\.2\.2:4711/, /ufw allow 4711\/tcp.*--port 4711.*client isolation/],
    ['unreachable', 'EHOSTUNREACH', /cannot be reached/, /in one network/],
    ['not-permitted', 'EPERM', /firewall of this machine lets no TCP out/, /outgoing TCP to port 4711/],
    ['failed', 'EMFILE', /cannot be reached/, /in one network/],
  ] as const)('names a TCP connection that is %s', (tcp, errno, summary, next) => {
    const { faults, of, unknown } = checksOf({ ...unreached, addresses: [at('192.0.2.2', notOpen(tcp, errno))] });
    expect(faults).toEqual(['peer-tcp']);
    const check = of('peer-tcp');
    expect([check.summary, check.next]).toEqual([expect.stringMatching(summary), expect.stringMatching(next)]);
    if (errno) expect(check.evidence.join()).toContain(errno);
    // Nobody was asked any of this, and none of it looks like a no.
    expect(unknown).toEqual(['peer-id', 'peer-access', 'peer-back', 'peer-udp', 'peer-mtu', 'peer-webrtc']);
  });

  it('has a line for each address, and is well if one opens', () => {
    const addresses = [at('192.0.2.2'), at('198.51.100.2', notOpen('timed-out')), at('203.0.113.2', null)];
    const { faults, of } = checksOf({ addresses });
    expect(faults).toEqual([]);
    expect(of('peer-tcp').evidence).toEqual([
      '192.0.2.2:4711: open, after 2 ms',
      '198.51.100.2:4711: timed out: a firewall drops it, or nobody is there, after 2 ms',
      '203.0.113.2:4711: not found out in time',
    ]);
  });

  it('does not know what it had no time or no address for', () => {
    expect(checksOf({ ...unreached, addresses: [at('192.0.2.2', null)] }).of('peer-tcp').status).toBe('unknown');
    const { status, next } = checksOf({ ...unreached, addresses: [] }).of('peer-tcp');
    expect([status, next]).toEqual(['unknown', expect.stringContaining('ADDRESS:PORT')]);
  });

  it('when only the peer dials, says that it is connected by that', () => {
    const { faults, of } = checksOf({
      session: { address: '192.0.2.2', opener: 'remote', keyed: true },
      addresses: [at('192.0.2.2', notOpen('timed-out'))],
    });
    expect(faults).toEqual(['peer-tcp']);
    expect(of('peer-tcp').summary).toContain('It dials this device instead');
    expect(of('peer-id').status).toBe('ok');
  });

  it.each([
    [{ tls: 'other', id: 'c'.repeat(52) }, /Another device answers at 192\.0\.2\.2:4711, cccccccc/],
    [{ tls: 'not-tls', id: null }, /is not lanpeer: it does not speak TLS/],
    [{ tls: 'no-certificate', id: null }, /is not lanpeer: it shows no certificate/],
    [{ tls: 'timed-out', id: null }, /nothing proves who is there: it says nothing/],
    [{ tls: 'closed', id: null }, /nothing proves who is there: it closes/],
  ] as const)('names who answers in the place of the peer: %j', (met, summary) => {
    const { faults, of } = checksOf({ ...unreached, addresses: [at('192.0.2.2', met)] });
    expect(faults).toEqual(['peer-id']);
    expect(of('peer-id').summary).toMatch(summary);
    expect(of('peer-id').next).toBeDefined();
  });

  it('names an address of this device itself', () => {
    const { faults, of } = checksOf({ ...unreached, id: own, addresses: [at('192.0.2.1', { id: own })] });
    expect(faults).toEqual(['peer-id']);
    expect(of('peer-id').summary).toMatch(/is this device itself/);
  });

  it.each([
    ['ERR_NETWORK_KEY', /network keys differ/],
    ['ERR_NOT_ALLOWED', /allow-list/],
    ['ERR_VERSION', /versions of the protocol differ/],
    ['ERR_PEER_LIMIT', /as many peers/],
    ['ERR_INSTANCE', /identity of this device/],
    ['ERR_SIGNALLING', /did not open \(ERR_SIGNALLING\)/],
  ] as [LanpeerErrorCode, RegExp][])('names why the two do not let each other in: %s', (refusal, summary) => {
    const { faults, of } = checksOf({ ...unreached, refusal });
    expect(faults).toEqual(['peer-access']);
    const check = of('peer-access');
    expect(check.summary).toMatch(summary);
    expect(check.summary).toContain('Bertha (bbbbbbbb)');
  });

  it('says what is announced and does not fit, where there was no dial', () => {
    const misfit = { ...sound.heard, misfit: 'key' } as typeof sound.heard;
    const addresses = [at('192.0.2.2', notOpen('timed-out'))];
    expect(checksOf({ ...unreached, addresses, heard: misfit }).of('peer-access')).toMatchObject({
      status: 'fault',
      summary: 'Bertha (bbbbbbbb) has another network key.',
    });
  });

  it('where a running node has the id of this device, does not know what lists say of that', () => {
    const { faults, of } = checksOf({ ...unreached, refusal: 'ERR_NOT_ALLOWED', ownId: 'd'.repeat(52) });
    expect(faults).toEqual([]);
    expect(of('peer-access').next).toContain('running node');
  });

  it('where it was not said who may connect, does not know', () => {
    const { faults, of } = checksOf({ ...unreached, refusal: 'ERR_NETWORK_KEY' }, { knowsAccess: false });
    expect(faults).toEqual([]);
    expect(of('peer-access').next).toContain('--key-file');
  });

  it('has the id of nobody where nobody answers at an address', () => {
    const target = '192.0.2.2:4711';
    const addresses = [at('192.0.2.2', notOpen('refused'))];
    const peer = { ...unreached, target, id: null, name: null, heard: null, addresses };
    // Nor has a device that was never started.
    const { text, of } = checksOf(peer, { id: null });
    expect(text).toContain('No TCP connection to 192.0.2.2:4711 opens');
    expect(of('peer-id').status).toBe('unknown');
  });
});
