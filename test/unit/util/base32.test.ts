import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { base32Alphabet, decodeBase32, encodeBase32 } from '../../../src/util/base32.ts';

describe('base32', () => {
  // RFC 4648 section 10, in lower case and without padding.
  it.each([
    ['', ''],
    ['f', 'my'],
    ['fo', 'mzxq'],
    ['foo', 'mzxw6'],
    ['foob', 'mzxw6yq'],
    ['fooba', 'mzxw6ytb'],
    ['foobar', 'mzxw6ytboi'],
  ])('of %j is %j', (text, encoded) => {
    expect(encodeBase32(Buffer.from(text))).toBe(encoded);
  });

  it('holds every bit: as a number in base 32 it is the number in base 256', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const encoded = encodeBase32(bytes);
        const digits = [...encoded].map((one) => base32Alphabet.indexOf(one));
        const value = digits.reduce((sum, digit) => sum * 32n + BigInt(digit), 0n);
        const padding = BigInt(encoded.length * 5 - bytes.length * 8);
        expect(value >> padding).toBe(bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n));
        expect(value & ((1n << padding) - 1n)).toBe(0n);
      }),
    );
  });

  it('gives back the bytes that it was made of', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(decodeBase32(encodeBase32(bytes))).toEqual(bytes);
      }),
    );
  });
});
