import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import { decodeMessage } from '../../../../src/protocol/message.ts';
import { PartialMessage } from '../../../../src/protocol/message-session/partial-message.ts';
import { inOnePiece, outOfBandOf, restOf } from '../../../../src/protocol/payload.ts';
import { encodeMessage } from '../../../support/encoded-messages.ts';

const { outOfBandBytes, roomAfter } = limits.messages;
const fragment = 16_320;

const encode = (data: unknown): Uint8Array => encodeMessage({ type: 'x', data, timestamp: 1 });
const counted = (length: number): Uint8Array => new Uint8Array(length).map((_, at) => at % 251);
const isSame = (one: Uint8Array, other: Uint8Array): boolean => Buffer.from(one).equals(other);

/** Receives it in parts of such sizes, one after another. */
function receive(payload: Uint8Array, sizes: readonly number[], acquire = (_: number) => true): PartialMessage {
  const message = new PartialMessage('message', payload.byteLength);
  for (let at = 0, no = 0; at < payload.byteLength; no += 1) {
    const to = at + (sizes[no % sizes.length] ?? 1);
    expect(message.add(payload.subarray(at, to), acquire)).toBe(true);
    at = to;
  }
  return message;
}

describe('a message that comes in parts', () => {
  it('has its large byte arrays in memory of their own', () => {
    const data = { name: 'x', list: [counted(100_000), 'between', counted(outOfBandBytes)], end: 'y'.repeat(20_000) };
    const payload = receive(encode(data), [fragment]).payload();
    expect(outOfBandOf(payload).map(({ byteLength }) => byteLength)).toEqual([100_000, outOfBandBytes]);
    for (const { parts } of outOfBandOf(payload))
      expect(parts.map((part) => part.buffer.byteLength)).toEqual([parts[0]?.byteLength]);
    expect(decodeMessage(payload).data).toStrictEqual(data);
  });

  it('is what was sent, whatever it has and however it was cut', () => {
    const bytes = fc.integer({ min: 0, max: 40_000 }).map(counted);
    const data = fc.array(fc.oneof(bytes, fc.string(), fc.constant('z'.repeat(9_000))), { maxLength: 8 });
    const sizes = fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(data, sizes, (value, cuts) => {
        const encoded = encode(value);
        expect(isSame(inOnePiece(receive(encoded, cuts).payload()), encoded)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('is what was sent where that is no CBOR', () => {
    const size = fc.integer({ min: 1, max: 100_000 });
    const start = fc.uint8Array({ minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(start, size, fc.integer({ min: 500, max: 20_000 }), (first, length, cut) => {
        const garbage = Buffer.concat([first, Buffer.from('5a00009c40', 'hex'), counted(length)]);
        expect(isSame(inOnePiece(receive(garbage, [cut]).payload()), garbage)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('takes memory as its bytes come, and for all of them after a part of them', () => {
    const encoded = encode(counted(8_000_000));
    let [held, came] = [0, 0];
    const message = new PartialMessage('message', encoded.byteLength);
    for (let at = 0; at < encoded.byteLength; at += fragment) {
      const part = encoded.subarray(at, at + fragment);
      came += part.byteLength;
      message.add(part, (bytes) => {
        held += bytes;
        return true;
      });
      expect(held).toBe(message.held);
      expect(held).toBeLessThanOrEqual(came < encoded.byteLength * roomAfter ? 2 * came : encoded.byteLength);
    }
    expect(held).toBe(encoded.byteLength);
    expect(isSame(inOnePiece(message.payload()), encoded)).toBe(true);
  });

  it('when there is no memory for a part, is as it was, and takes the part later', () => {
    const encoded = encode([1, counted(50_000), counted(60_000)]);
    const message = new PartialMessage('message', encoded.byteLength);
    for (let at = 0; at < encoded.byteLength; at += fragment) {
      const part = encoded.subarray(at, at + fragment);
      const needs = !message.add(part, () => false);
      if (needs) expect(message.add(part, () => true)).toBe(true);
    }
    expect(message.length).toBe(encoded.byteLength);
    expect(isSame(inOnePiece(message.payload()), encoded)).toBe(true);
  });

  it('holds what it acquired, whatever a large byte array leaves for the rest', () => {
    // The rest has memory for 10,000 bytes when it shows how long it is.
    for (const chars of [7_000, 9_987, 9_990]) {
      const large = 92_000;
      const encoded = encode(['t'.repeat(chars), counted(large)]);
      const rest = encoded.byteLength - large;
      for (const last of [0, 1, 700]) {
        let acquired = 0;
        const message = receive(encoded, [5_000, 1_000, rest - 6_000 + last, large], (bytes) => {
          acquired += bytes;
          return true;
        });
        expect(message.held).toBe(acquired);
        expect(message.held).toBeGreaterThanOrEqual(encoded.byteLength);
        expect(isSame(inOnePiece(message.payload()), encoded)).toBe(true);
      }
    }
  });

  it('looks for large byte arrays only so far', () => {
    const encoded = encode([...new Array<number>(100).fill(7), counted(100_000)]);
    const payload = receive(encoded, [fragment]).payload();
    expect(outOfBandOf(payload)).toEqual([]);
    expect(isSame(restOf(payload), encoded)).toBe(true);
  });
});
