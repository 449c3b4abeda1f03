import { encode, Token, Type } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Arena } from '../../src/protocol/arena.ts';
import { CborWriter } from '../../src/protocol/cbor.ts';
import { writeData } from '../../src/protocol/data.ts';
import { inOnePiece } from '../../src/protocol/payload.ts';

/** As RFC 8949 section 4.1 prefers it, but for floats, which are doubles; cborg would write the double -0 as an integer. */
const reference = (data: unknown): Buffer =>
  Buffer.from(
    encode(data, {
      float64: true,
      mapSorter: () => 0,
      typeEncoders: { number: (value: number) => (Object.is(value, -0) ? [new Token(Type.float, value)] : null) },
    }),
  );

function written(data: unknown, arena?: Arena): Buffer {
  const cbor = new CborWriter({ arena });
  writeData(cbor, data, 1_000_000);
  return Buffer.from(inOnePiece(cbor.end()));
}

/** Lengths and numbers on both sides of each form of a head, and of the writer's buffer. */
const edges = [0, 23, 24, 127, 255, 256, 1_023, 1_024, 16_383, 16_384, 21_841, 21_842, 65_535, 65_536];
const character = fc.constantFrom('a', '\0', '\x7f', 'é', '€', '😀');
const longText = fc.tuple(fc.constantFrom(...edges), character).map(([length, one]) => one.repeat(length));
const longBytes = fc.constantFrom(...edges).map((length) => new Uint8Array(length).fill(7));
const integer = fc
  .tuple(fc.constantFrom(...edges, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER), fc.constantFrom(1, -1))
  .map(([value, sign]) => value * sign);
const leaf = fc.oneof(
  fc.constantFrom(null, true, false, -0),
  integer,
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ unit: 'grapheme' }),
  longText,
  fc.uint8Array(),
  longBytes,
);
const { data } = fc.letrec((tie) => ({
  data: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('data'), { maxLength: 30 }),
    fc.dictionary(fc.oneof(fc.string({ unit: 'grapheme' }), longText), tie('data'), { maxKeys: 10 }),
  ),
}));

describe('what is written', () => {
  it('is byte for byte what cborg writes', () => {
    fc.assert(
      fc.property(data, (value) => {
        expect(written(value).equals(reference(value))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('stays as it is while more is written to the same arena', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), integer), { minLength: 50, maxLength: 300 }), (values) => {
        const arena = new Arena();
        const payloads = values.map((value) => {
          const cbor = new CborWriter({ arena });
          writeData(cbor, value, 1);
          return cbor.end();
        });
        const bytes = payloads.map((payload) => Buffer.from(inOnePiece(payload)));
        expect(bytes).toEqual(values.map(reference));
      }),
      { numRuns: 50 },
    );
  });

  it('is whole where a getter of the program writes another message meanwhile', () => {
    const inner: Buffer[] = [];
    const outer = {
      first: 'x'.repeat(200),
      get second() {
        inner.push(written(['y'.repeat(200)]));
        return 'z'.repeat(200);
      },
    };
    const plain = { first: 'x'.repeat(200), second: 'z'.repeat(200) };
    expect(written(outer)).toEqual(reference(plain));
    expect(inner).toEqual([reference(['y'.repeat(200)])]);
  });
});
