import { encode } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../src/limits.ts';
import {
  countItems,
  decodeFailure,
  decodeMessage,
  decodeRequest,
  decodeResponse,
  encodeFailure,
  encodeMessage,
  encodeRequest,
  encodeResponse,
  isMessageType,
  scanMessage,
} from '../../../src/protocol/message.ts';
import { codeOf } from '../../support/code-of.ts';

const { depth, items } = limits.messages;
const carry = (data: unknown): unknown => decodeMessage(encodeMessage({ type: 'x', data, timestamp: 1 })).data;
const sendCode = (data: unknown) => codeOf(() => encodeMessage({ type: 'x', data, timestamp: 1 }));

/** Arrays in arrays, so many of them. */
function nested(levels: number): unknown {
  let value: unknown = [];
  for (let level = 1; level < levels; level += 1) value = [value];
  return value;
}

const leaf = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  fc.maxSafeInteger(),
  fc.boolean(),
  fc.constant(null),
  fc.uint8Array(),
);
const { data: anyData } = fc.letrec<{ data: unknown }>((tie) => ({
  data: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('data')),
    fc.dictionary(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('__proto__', 'toString')), tie('data'), {
      noNullPrototype: true,
    }),
  ),
}));
const anyType = fc.stringMatching(/^[A-Za-z0-9_.:/-]{1,64}$/);

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

describe('decodeMessage', () => {
  const decodeCode = (payload: Uint8Array) => codeOf(() => decodeMessage(payload));
  const whole = encodeMessage({ type: 'hello', data: { a: [1, 'b', Uint8Array.of(1)] }, timestamp: 1.5 });

  it.each<readonly [string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['a number', encode(1)],
    ['an object', encode({ type: 'x', timestamp: 1, data: null })],
    ['too few fields', encode(['x', 1])],
    ['too many fields', encode(['x', 1, null, null])],
    ['a type that is none', encode(['a b', 1, null])],
    ['a type that is no string', encode([1, 1, null])],
    ['a time stamp that is no number', encode(['x', '1', null])],
    ['something behind the message', Buffer.concat([whole, Buffer.of(0)])],
    ['a number that is none', Buffer.from('836178' + '01' + 'f97e00', 'hex')],
    ['a time stamp that is not a number', Buffer.from('836178' + 'f97e00' + 'f6', 'hex')],
    ['an infinite time stamp', Buffer.from('836178' + 'f97c00' + 'f6', 'hex')],
    ['undefined', Buffer.from('836178' + '01' + 'f7', 'hex')],
    ['an integer that is not safe', Buffer.from('836178' + '01' + '1b0020000000000000', 'hex')],
    ['an array without a length', Buffer.from('836178' + '01' + '9f01ff', 'hex')],
    ['a tag', Buffer.from('836178' + '01' + 'c16161', 'hex')],
    ['a key that is no string', Buffer.from('836178' + '01' + 'a10101', 'hex')],
    ['a key twice', Buffer.from('836178' + '01' + 'a2616101616102', 'hex')],
    ['the key __proto__ twice', Buffer.from(`83617801a2${'695f5f70726f746f5f5f01'.repeat(2)}`, 'hex')],
    ['an array longer than the payload', Buffer.from('836178' + '01' + '9a7fffffff', 'hex')],
    ['bytes longer than the payload', Buffer.from('836178' + '01' + '5b001fffffffffffff', 'hex')],
    ['a text that is not UTF-8', Buffer.from('836178' + '01' + '61ff', 'hex')],
    ['one that is longer than it need be', Buffer.from('836178' + '01' + '62c080', 'hex')],
    ['one with half a character', Buffer.from('836178' + '01' + '63eda080', 'hex')],
    ['one with a character that is none', Buffer.from('836178' + '01' + '64f4908080', 'hex')],
    ['one that ends in a character', Buffer.from('836178' + '01' + '8262e282' + '61ac', 'hex')],
    ['a long one that is not UTF-8', Buffer.from(`8361780178c8${'61'.repeat(199)}ff`, 'hex')],
    ['a key that is not UTF-8', Buffer.from('836178' + '01' + 'a161ff01', 'hex')],
    ['a type that is not UTF-8', Buffer.from('8361ff' + '01' + 'f6', 'hex')],
    ['simple values of more than a byte', Buffer.from('836178' + '01' + 'f820', 'hex')],
    ['a break', Buffer.from('836178' + '01' + 'ff', 'hex')],
    ['a big number', Buffer.from('836178' + '01' + 'c249010000000000000000', 'hex')],
    ['a time stamp that is a list', Buffer.from('836178' + '81f6' + 'f6', 'hex')],
    ['deeper nesting than the cap', encode(['x', 1, nested(depth + 1)])],
    ['nesting without end', Buffer.concat([Buffer.from('83617801', 'hex'), Buffer.alloc(60_000, 0x81)])],
  ])('refuses %s', (_, payload) => {
    expect(decodeCode(payload)).toBe('ERR_PROTOCOL');
  });

  it('refuses more values than the cap', () => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(items + 1);
    const payload = Buffer.concat([Buffer.from('836178019a', 'hex'), length, Buffer.alloc(items + 1, 1)]);
    expect(decodeCode(payload)).toBe('ERR_PROTOCOL');
  });

  it('makes no value of what it refuses, however much of it there is', () => {
    const bomb = Buffer.concat([Buffer.from('836178019a004c4b40', 'hex'), Buffer.alloc(5_000_000, 0xa0)]);
    const hidden = Buffer.concat([Buffer.from('8361780182f6', 'hex'), bomb.subarray(4)]);
    const { heapUsed } = process.memoryUsage();
    for (const payload of [bomb, hidden, Buffer.concat([bomb, Buffer.of(0)])])
      for (const decode of [decodeMessage, decodeRequest, decodeResponse, decodeFailure])
        expect(codeOf(() => decode(payload))).toBe('ERR_PROTOCOL');
    expect(process.memoryUsage().heapUsed - heapUsed).toBeLessThan(10_000_000);
  });

  it('takes more values where more are allowed', () => {
    const data = new Array<number>(items + 2).fill(1);
    const payload = encodeMessage({ type: 'x', data, timestamp: 1 }, items + 2);
    expect(decodeCode(payload)).toBe('ERR_PROTOCOL');
    expect(decodeMessage(payload, items + 2).data).toEqual(data);
    expect(countItems('message', payload)).toBe(items + 2);
  });

  it('holds no more than it said, however it is made, and is decoded in parts', () => {
    const many = (item: string): Buffer => Buffer.from(`836178019a00004e20${item.repeat(20_000)}`, 'hex');
    for (const item of ['a0', '80', '40', '01', 'f6', '62c3a9', `5820${'07'.repeat(32)}`, 'a1616101', '8180']) {
      const scan = scanMessage(many(item), items);
      const decoder = scan.decoder();
      const { heapUsed, external } = process.memoryUsage();
      let parts = 1;
      while (!decoder.run(1_000)) parts += 1;
      const now = process.memoryUsage();
      expect(parts).toBeGreaterThan(19);
      expect(decoder.value).toEqual(decodeMessage(many(item)).data);
      // What is garbage by now counts as well.
      expect(now.heapUsed + now.external - heapUsed - external).toBeLessThan(4 * scan.held + 4_000_000);
    }
  });

  it('refuses every payload that was cut', () => {
    for (let length = 0; length < whole.byteLength; length += 1)
      expect(decodeCode(whole.subarray(0, length))).toBe('ERR_PROTOCOL');
  });

  it('throws nothing but ERR_PROTOCOL, whatever it is given', () => {
    const altered = fc.tuple(fc.nat(whole.byteLength - 1), fc.nat(255)).map(([at, value]) => {
      const bytes = Buffer.from(whole);
      bytes[at] = value;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), altered), (payload) => {
        expect(['ERR_PROTOCOL', undefined]).toContain(decodeCode(payload));
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives back only what could have been sent', () => {
    const rest = fc.uint8Array({ maxLength: 40 });
    fc.assert(
      fc.property(rest, (bytes) => {
        const payload = Buffer.concat([Buffer.from('83617801', 'hex'), bytes]);
        if (decodeCode(payload) !== undefined) return;
        const message = decodeMessage(payload);
        expect(decodeMessage(encodeMessage(message))).toEqual(message);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('requests and what answers them', () => {
  it('are decoded as they were encoded', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), anyType, anyData, (no, type, data) => {
        expect(decodeRequest(encodeRequest({ no, type, data, timestamp: 5.5 }))).toEqual({
          no,
          type,
          data,
          timestamp: 5.5,
        });
        expect(decodeResponse(encodeResponse(no, data))).toEqual({ no, data });
      }),
    );
    expect(decodeResponse(encodeResponse(1, undefined))).toEqual({ no: 1, data: null });
  });

  it('fail with a code and a text that are cut to what a person reads', () => {
    const failure = { no: 3, code: 'ENOENT', message: 'No such file.' };
    expect(decodeFailure(encodeFailure(failure))).toEqual(failure);
    const long = decodeFailure(encodeFailure({ no: 3, code: 'C'.repeat(1_000), message: '😀'.repeat(10_000) }));
    expect([long.code.length, long.message.length]).toEqual([limits.messages.codeChars, limits.messages.failureChars]);
    const lengthy = encode([3, 'C', 'x'.repeat(limits.messages.failureChars + 1)]);
    expect(codeOf(() => decodeFailure(lengthy))).toBe('ERR_PROTOCOL');
    expect(codeOf(() => decodeFailure(encode([3, 'C'.repeat(65), 'x'])))).toBe('ERR_PROTOCOL');
    const half = decodeFailure(encodeFailure({ no: 3, code: 'C', message: '\ud800' }));
    expect(half.message).toBe('\ufffd');
  });

  it('are refused when they are not ours', () => {
    for (const decode of [decodeRequest, decodeResponse, decodeFailure])
      for (const value of [1, [], [-1, 2], [1.5, 'x', 1, 1], ['x', 'x', 1, 1], [1, 2, 3, 4], [1, 'x', 'y', 1]])
        if (!(decode === decodeResponse && Array.isArray(value) && value.length === 2 && value[0] === 1))
          expect(codeOf(() => decode(encode(value)))).toBe('ERR_PROTOCOL');
  });

  it('name the place of what they cannot carry', () => {
    const place = (data: unknown): unknown => {
      try {
        return encodeResponse(1, data);
      } catch (thrown) {
        return (thrown as Error).message.split(' cannot')[0];
      }
    };
    expect(place(() => 1)).toBe('data');
    expect(place({ list: [1, { 'odd key': 1n }] })).toBe('data.list[1]["odd key"]');
    expect(place([[new Map()]])).toBe('data[0][0]');
    expect(place({ a: { b: '\ud800' } })).toBe('data.a.b');
    expect(String(place({ ['x'.repeat(10_000)]: () => 1 })).length).toBeLessThan(300);
  });
});
