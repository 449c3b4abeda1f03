import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Candidate,
  type Description,
  isUsable,
  parseDescription,
  readDescription,
  writeDescription,
} from '../../../src/adapters/transport/werift/description.ts';
import { LanpeerError } from '../../../src/errors.ts';
import { limits } from '../../../src/limits.ts';

const candidate: Candidate = { address: '192.168.1.7', port: 50_000, priority: 1, foundation: 'f1', type: 'host' };
const fields: Description = {
  ufrag: 'abcd',
  pwd: 'p'.repeat(22),
  fingerprint: Array.from({ length: 32 }, () => 'A0').join(':'),
  setup: 'actpass',
  maxMessageSize: 65_536,
  candidates: [candidate],
};
const refused = expect.objectContaining({ code: 'ERR_PROTOCOL' });

describe('parseDescription', () => {
  it('takes a description as it is', () => {
    expect(parseDescription(fields)).toEqual(fields);
  });

  it.each<readonly [string, object]>([
    ['a missing field', { pwd: undefined }],
    ['a field too many', { extra: 1 }],
    ['a line end in a field', { ufrag: 'abcd\r\na=candidate:1' }],
    ['a short password', { pwd: 'short' }],
    ['a fingerprint of another hash', { fingerprint: 'A0:'.repeat(20).slice(0, -1) }],
    ['a fingerprint in lower case', { fingerprint: fields.fingerprint.toLowerCase() }],
    ['an unknown role', { setup: 'holdconn' }],
    ['too many candidates', { candidates: Array.from({ length: limits.signalling.candidates + 1 }, () => candidate) }],
    ['a port of zero', { candidates: [{ ...candidate, port: 0 }] }],
    ['a port over 65,535', { candidates: [{ ...candidate, port: 65_536 }] }],
    ['a foundation with a line end', { candidates: [{ ...candidate, foundation: 'a\n' }] }],
    ['an address that is too long', { candidates: [{ ...candidate, address: 'x'.repeat(46) }] }],
  ])('refuses %s', (_, change) => {
    expect(() => parseDescription({ ...fields, ...change })).toThrow(refused);
  });

  it.each([undefined, null, 'x', Number.NaN, -1, 0, 1, limits.webrtc.recordBytes - 1, 2 ** 53 - 1])(
    'when the largest message is %s, takes the default',
    (maxMessageSize) => {
      expect(parseDescription({ ...fields, maxMessageSize }).maxMessageSize).toBe(65_536);
      const { maxMessageSize: _, ...others } = fields;
      expect(parseDescription(others).maxMessageSize).toBe(65_536);
    },
  );

  it('takes as many candidates as the cap', () => {
    const candidates = Array.from({ length: limits.signalling.candidates }, () => candidate);
    expect(parseDescription({ ...fields, candidates }).candidates).toHaveLength(limits.signalling.candidates);
  });

  it('throws nothing but ERR_PROTOCOL, whatever JSON it is given', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(fields)), fc.boolean(), (value, key, whole) => {
        const body = whole ? value : { ...fields, [key]: key === 'candidates' ? [value] : value };
        try {
          parseDescription(body);
        } catch (thrown) {
          expect(thrown instanceof LanpeerError && thrown.code).toBe('ERR_PROTOCOL');
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('isUsable', () => {
  const from = (address: string, remote = '192.168.1.2') => isUsable({ ...candidate, address }, remote);

  it.each(['192.168.1.7', '10.0.0.1', '169.254.3.4', '8.8.8.8', 'fe80::1', 'fd00::1', '2001:db8::1'])(
    'takes %s',
    (address) => {
      expect(from(address)).toBe(true);
    },
  );

  it.each([
    '0.0.0.0',
    '0.1.2.3',
    '224.0.0.251',
    '239.255.255.250',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '0:0:0:0:0:0:0:0',
    'ff02::fb',
    'FF02::FB',
    '::ffff:192.168.1.7',
    '::ffff:c0a8:107',
    'fe80::1%eth0',
    '8d1b2c3e.local',
    'localhost',
    'stun.example.com',
    '192.168.1',
    '0x7f.1',
    '',
  ])('refuses %j', (address) => {
    expect(from(address)).toBe(false);
    expect(from(address, '127.0.0.1')).toBe(false);
  });

  it.each(['127.0.0.1', '127.9.9.9', '::1', '0:0:0:0:0:0:0:1'])('takes %s from a peer on loopback only', (address) => {
    expect(from(address)).toBe(false);
    expect(from(address, '127.0.0.1')).toBe(true);
    expect(from(address, '::ffff:127.0.0.1')).toBe(true);
    expect(from(address, '::1')).toBe(true);
  });
});

describe('writeDescription', () => {
  it('is read back as the same fields', () => {
    const sdp = writeDescription(fields, fields.candidates);
    expect(readDescription(sdp, () => true)).toEqual(fields);
  });

  it('says that no more candidates come: a connection without it polls for them for ever', () => {
    expect(writeDescription(fields, [])).toContain('a=end-of-candidates');
  });

  it('has one line for each thing it says, whatever the fields hold', () => {
    const text = fc.string({ maxLength: 30 });
    fc.assert(
      fc.property(text, text, text, (ufrag, foundation, address) => {
        const body = { ...fields, ufrag, candidates: [{ ...candidate, foundation, address }] };
        let parsed: Description;
        try {
          parsed = parseDescription(body);
        } catch {
          return;
        }
        const usable = parsed.candidates.filter((one) => isUsable(one, '127.0.0.1'));
        expect(writeDescription(parsed, usable).split('\r\n')).toHaveLength(16 + usable.length);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('readDescription', () => {
  const sdp = writeDescription(fields, fields.candidates);

  it('leaves out what is not wanted, and candidates that are not UDP', () => {
    expect(readDescription(sdp, () => false).candidates).toEqual([]);
    const tcp = sdp.replace(' 1 udp ', ' 1 tcp ');
    expect(readDescription(tcp, () => true).candidates).toEqual([]);
  });

  it('throws ERR_TRANSPORT when the stack says less than it has to', () => {
    const without = sdp.replace(/a=ice-pwd.*\r\n/, '');
    expect(() => readDescription(without, () => true)).toThrow(expect.objectContaining({ code: 'ERR_TRANSPORT' }));
  });
});
