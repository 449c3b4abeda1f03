import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../src/limits.ts';
import { decodeMessage } from '../../../src/protocol/message.ts';
import { isMessageType } from '../../../src/protocol/message-type.ts';
import { anyData, anyType } from '../../support/any-message.ts';
import { codeOf } from '../../support/code-of.ts';
import { encodeMessage } from '../../support/encoded-messages.ts';

const { depth, items } = limits.messages;
const carry = (data: unknown): unknown => decodeMessage(encodeMessage({ type: 'x', data, timestamp: 1 })).data;
const sendCode = (data: unknown) => codeOf(() => encodeMessage({ type: 'x', data, timestamp: 1 }));

/** Arrays in arrays, so many of them. */
function nested(levels: number): unknown {
  let value: unknown = [];
  for (let level = 1; level < levels; level += 1) value = [value];
  return value;
}

describe('a message', () => {
  it('is decoded as it was encoded, JSON values and bytes at any depth', () => {
    fc.assert(
      fc.property(anyType, anyData, fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 }), (type, data, at) => {
        const timestamp = at + 0;
        expect(decodeMessage(encodeMessage({ type, data, timestamp }))).toEqual({ type, data, timestamp });
      }),
      { numRuns: 500 },
    );
  });

  it('keeps the order of keys, as JSON does', () => {
    const text = '{"long key":1,"b":2,"a":{"z":1,"y":2},"__proto__":3,"1":4}';
    const data: unknown = JSON.parse(text);
    expect(JSON.stringify(carry(data))).toBe(JSON.stringify(data));
  });

  it('carries a key of the name __proto__ as a key and nothing else', () => {
    const data = JSON.parse('{"__proto__":{"admin":true}}') as Record<string, unknown>;
    const arrived = carry(data) as Record<string, unknown>;
    expect(Object.getPrototypeOf(arrived)).toBe(Object.prototype);
    expect(Object.keys(arrived)).toEqual(['__proto__']);
    expect(arrived['admin']).toBeUndefined();
  });

  it.each([
    ['the largest safe integer', Number.MAX_SAFE_INTEGER],
    ['the smallest one', Number.MIN_SAFE_INTEGER],
    ['an integer over it', 2 ** 53],
    ['an integer of more than 64 bits', 1e300],
    ['a negative one', -(2 ** 63)],
    ['the smallest fraction', 5e-324],
    ['a fraction that 32 bits cannot hold', 0.1],
  ])('carries %s as a number', (_, value) => {
    expect(carry([value])).toEqual([value]);
  });

  it('carries every view of bytes as the bytes that it shows', () => {
    const memory = Uint8Array.from([1, 2, 3, 4, 5]);
    expect(carry(memory.subarray(1, 3))).toEqual(Uint8Array.of(2, 3));
    expect(carry(Buffer.from('hi'))).toEqual(Uint8Array.of(104, 105));
  });

  it('leaves out keys without a value and takes no data for null, as JSON does', () => {
    expect(carry({ a: undefined, b: 1 })).toEqual({ b: 1 });
    expect(carry(undefined)).toBeNull();
  });

  it('has the time of the sender with its fraction', () => {
    const timestamp = 1_729_668_000_123.25;
    expect(decodeMessage(encodeMessage({ type: 'x', data: null, timestamp })).timestamp).toBe(timestamp);
  });

  it('has the documented form: a CBOR array of type, time stamp and data', () => {
    const payload = encodeMessage({ type: 'hello', data: { a: [1, Uint8Array.of(7)] }, timestamp: 2 });
    expect(Buffer.from(payload).toString('hex')).toBe('836568656c6c6f02a161618201' + '4107');
  });

  it('has every number but safe integers as a double', () => {
    const payload = encodeMessage({ type: 'x', data: 2 ** 53, timestamp: 1.5 });
    expect(Buffer.from(payload).toString('hex')).toBe('836178' + 'fb3ff8000000000000' + 'fb4340000000000000');
  });
});

describe('isMessageType', () => {
  it.each(['a', 'A-Z_0.9:/-', 'x'.repeat(64)])('takes %s', (type) => {
    expect(isMessageType(type)).toBe(true);
  });

  it.each(['', 'x'.repeat(65), 'a b', 'ü', 'a\n', 'a\u0000', null, 7, ['a']])('refuses %j', (type) => {
    expect(isMessageType(type)).toBe(false);
    expect(codeOf(() => encodeMessage({ type: type as string, data: 1, timestamp: 1 }))).toBe('ERR_TYPE');
  });
});

describe('encodeMessage refuses with ERR_DATA', () => {
  class Point {
    readonly x = 1;
  }
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;

  it.each<readonly [string, unknown]>([
    ['not a number', Number.NaN],
    ['infinity', Number.NEGATIVE_INFINITY],
    ['a BigInt', 1n],
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['undefined in an array', [undefined]],
    ['a hole in an array', new Array(2)],
    ['a date', new Date()],
    ['a map', new Map()],
    ['a regular expression', /x/],
    ['an object of a class', new Point()],
    ['a view that is not of bytes', new Uint16Array(2)],
    ['an ArrayBuffer', new ArrayBuffer(2)],
    ['half a character', 'a\ud800'],
    ['a key with half a character', { '\udc00': 1 }],
    ['a circle', circle],
  ])('%s, at the top and inside', (_, value) => {
    expect(sendCode(value)).toBe('ERR_DATA');
    expect(sendCode({ a: [value] })).toBe('ERR_DATA');
  });

  it('an object with a getter that throws', () => {
    const data = {
      get a(): never {
        throw new TypeError('thrown by a getter');
      },
    };
    expect(sendCode(data)).toBe('ERR_DATA');
  });

  it('what is nested deeper than the cap', () => {
    expect(carry(nested(depth))).toEqual(nested(depth));
    expect(sendCode(nested(depth + 1))).toBe('ERR_DATA');
  });

  it('more values than the cap, also when most of them are the same', () => {
    const row = new Array<number>(1_000).fill(1);
    const table = (rows: number): unknown => new Array<unknown>(rows).fill(row);
    expect(sendCode(table(items / 1_000 - 2))).toBeUndefined();
    expect(sendCode(table(items / 1_000 + 1))).toBe('ERR_DATA');
  });
});
