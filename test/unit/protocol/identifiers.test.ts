import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deviceIdOf, isDeviceId } from '../../../src/protocol/device-id.ts';
import {
  formatIncarnation,
  type Incarnation,
  parseIncarnation,
  relateIncarnation,
} from '../../../src/protocol/incarnation.ts';
import { encodeBase32 } from '../../../src/util/base32.ts';

describe('a device id', () => {
  it('is the base32 of SHA-256 over the public key', () => {
    const spki = Buffer.from('302a300506032b6570032100', 'hex');
    expect(deviceIdOf(spki)).toBe(encodeBase32(createHash('sha256').update(spki).digest()));
    expect(deviceIdOf(new Uint8Array())).toBe('4oymiquy7qobjgx36tejs35zeqt24qpemsnzgtfeswmrw6csxbkq');
  });

  it('has the shape that is asked for, whatever the key', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (spki) => {
        expect(isDeviceId(deviceIdOf(spki))).toBe(true);
      }),
    );
  });

  const id = deviceIdOf(Buffer.from('x'));
  it.each<readonly [string, unknown]>([
    ['nothing', ''],
    ['in capitals', id.toUpperCase()],
    ['too short', id.slice(1)],
    ['too long', `a${id}`],
    ['with a line end', `${id}\n`],
    ['with a line end in it', `${id.slice(0, 51)}\n`],
    ['with a digit that base32 lacks', `1${id.slice(1)}`],
    ['whose last character has bits over', `${id.slice(0, 51)}b`],
    ['no string', 7],
    ['no string but something that looks like one', [id]],
    ['undefined', undefined],
  ])('is not %s', (_, value) => {
    expect(isDeviceId(value)).toBe(false);
  });
});

const anyIncarnation: fc.Arbitrary<Incarnation> = fc.record({
  counter: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })),
  random: fc.oneof(fc.constantFrom('0'.repeat(16), 'f'.repeat(16)), fc.stringMatching(/^[0-9a-f]{16}$/)),
});

describe('an incarnation', () => {
  it('is parsed as it was formatted', () => {
    fc.assert(
      fc.property(anyIncarnation, (incarnation) => {
        expect(parseIncarnation(formatIncarnation(incarnation))).toEqual(incarnation);
      }),
    );
  });

  it('has one wire form only', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9]{1,17}-[0-9a-f]{15,17}$/)), (text) => {
        const parsed = parseIncarnation(text);
        if (parsed) expect(formatIncarnation(parsed)).toBe(text);
      }),
    );
  });

  it.each([
    '',
    '-',
    '0-0123456789abcdef',
    '01-0123456789abcdef',
    '-1-0123456789abcdef',
    '1.5-0123456789abcdef',
    '1e3-0123456789abcdef',
    '9007199254740992-0123456789abcdef',
    '99999999999999999-0123456789abcdef',
    '1-0123456789ABCDEF',
    '1-0123456789abcde',
    '1-0123456789abcdef0',
    '1-0123456789abcdef\n',
    ' 1-0123456789abcdef',
  ])('is not %j', (text) => {
    expect(parseIncarnation(text)).toBeUndefined();
  });

  it('is the same only as itself; the higher counter is newer, then the higher random part', () => {
    fc.assert(
      fc.property(anyIncarnation, anyIncarnation, (current, other) => {
        const same = formatIncarnation(current) === formatIncarnation(other);
        const tie = other.counter === current.counter;
        const newer = tie ? other.random > current.random : other.counter > current.counter;
        expect(relateIncarnation(current, other)).toBe(same ? 'same' : newer ? 'newer' : 'older');
      }),
    );
  });

  it('is never newer than one that is newer than it', () => {
    fc.assert(
      fc.property(anyIncarnation, anyIncarnation, (one, other) => {
        const both = [relateIncarnation(one, other), relateIncarnation(other, one)];
        expect(['same same', 'newer older']).toContain(both.sort().join(' '));
      }),
    );
  });
});
