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
  scanMessage,
} from '../../../src/protocol/message.ts';
import { codeOf } from '../../support/code-of.ts';
import { encodeMessage } from '../../support/encoded-messages.ts';

const { depth, items } = limits.messages;

/** Arrays in arrays, so many of them. */
function nested(levels: number): unknown {
  let value: unknown = [];
  for (let level = 1; level < levels; level += 1) value = [value];
  return value;
}

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
