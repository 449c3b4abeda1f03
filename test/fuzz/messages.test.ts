import { expect, test } from 'vitest';
import {
  decodeFailure,
  decodeMessage,
  decodeRequest,
  decodeResponse,
  encodeFailure,
} from '../../src/protocol/message.ts';
import { encodeMessage, encodeRequest, encodeResponse } from '../support/encoded-messages.ts';
import { fuzz, outcomeOf } from './support/fuzz.ts';
import { shapeOf } from './support/shape.ts';

const values: readonly unknown[] = [
  null,
  [1, -1, 1.5, -0, 2 ** 53 - 1, true, false, 'text', '\u{1f600}'],
  { a: { b: [{}, [], '', new Uint8Array(3)] }, __proto__x: 1 },
  Array.from({ length: 300 }, (_, at) => at),
  JSON.parse('{"__proto__":{"x":1},"constructor":1}'),
];
const words = [
  [0x9a, 0, 1, 0x86, 0xa0],
  [0x9b, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff],
  [0xba, 0, 1, 0x86, 0xa1],
  [0xfb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0],
  [0x9f],
  [0xbf],
  [0xff],
  [0xc0],
  [0x1b, 0, 0x20, 0, 0, 0, 0, 0, 0],
  [0x62, 0xc3, 0x28],
  [0x69, ...Buffer.from('__proto__')],
].map((bytes) => Uint8Array.from(bytes));
const timestamp = 1_700_000_000_000.5;
const kinds = {
  message: {
    samples: values.map((data) => encodeMessage({ type: 'x', timestamp, data })),
    decode: decodeMessage,
    encode: encodeMessage,
  },
  request: {
    samples: values.map((data) => encodeRequest({ no: 7, type: 'ask', timestamp, data })),
    decode: decodeRequest,
    encode: encodeRequest,
  },
  response: {
    samples: values.map((data) => encodeResponse(7, data)),
    decode: decodeResponse,
    encode: ({ no, data }: ReturnType<typeof decodeResponse>) => encodeResponse(no, data),
  },
  failure: {
    samples: [encodeFailure({ no: 1, code: 'ERR_X', message: 'it failed' })],
    decode: decodeFailure,
    encode: encodeFailure,
  },
} as const;

test.each(Object.keys(kinds) as (keyof typeof kinds)[])('the payload of a %s', async (kind) => {
  const { samples, decode, encode } = kinds[kind] as {
    readonly samples: readonly Uint8Array[];
    readonly decode: (bytes: Uint8Array) => object;
    readonly encode: (value: object) => Uint8Array;
  };
  await fuzz({
    name: kind,
    samples,
    words,
    mostBytes: 8_192,
    run: (input) =>
      outcomeOf(
        ['ERR_PROTOCOL'],
        () => decode(input),
        (value) => {
          // What was taken can be passed on, and is the same then. A failure is cut to what a person reads.
          if (kind !== 'failure') expect(decode(encode(value))).toEqual(value);
          expect(Object.keys(Object.prototype)).toEqual([]);
          return shapeOf(value);
        },
      ),
  });
});
