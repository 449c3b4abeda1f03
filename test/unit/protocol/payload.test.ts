import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../src/limits.ts';
import { decodeMessage, encodeMessage } from '../../../src/protocol/message.ts';
import { inOnePiece, outOfBandOf, type Payload, type PayloadPart } from '../../../src/protocol/payload.ts';

const { outOfBandBytes } = limits.messages;

const encode = (data: unknown, borrow = false): Payload =>
  encodeMessage({ type: 'x', data, timestamp: 1 }, undefined, borrow);
const bytesOf = (part: PayloadPart): Uint8Array => (part instanceof Uint8Array ? part : Buffer.concat(part.pieces));
const counted = (length: number): Uint8Array<ArrayBuffer> => Uint8Array.from({ length }, (_, at) => at % 251);

describe('a payload', () => {
  it('is in one piece if no byte array is large', () => {
    expect(encode([new Uint8Array(outOfBandBytes - 1), 'text'])).toBeInstanceOf(Uint8Array);
  });

  it('has large byte arrays out of band, and the same bytes on the wire', () => {
    const [a, b] = [counted(outOfBandBytes), counted(300_000)];
    const payload = encode({ list: [1, a], b, end: 'x' });
    expect(outOfBandOf(payload).map(({ byteLength }) => byteLength)).toEqual([a.byteLength, b.byteLength]);
    const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
    const wire = `836178${'01'}a3${'646c697374'}820159${outOfBandBytes.toString(16).padStart(4, '0')}${hex(a)}${'6162'}5a000493e0${hex(b)}${'63656e64'}6178`;
    expect(hex(inOnePiece(payload)) === wire).toBe(true);
    expect(payload.byteLength).toBe(wire.length / 2);
    expect(decodeMessage(payload).data).toStrictEqual({ list: [1, a], b, end: 'x' });
  });

  it('copies large arrays, unless they are borrowed', () => {
    const data = counted(300_000);
    const [copied, lent] = [encode(data), encode(data, true)];
    data[200_000] = 255;
    expect((decodeMessage(copied).data as Uint8Array)[200_000]).toBe(200_000 % 251);
    expect((decodeMessage(lent).data as Uint8Array)[200_000]).toBe(255);
  });

  it('gives any of its bytes', () => {
    const payload = encode([counted(40_000), counted(20_000), counted(600_000)]);
    const whole = inOnePiece(payload);
    const at = fc.nat(payload.byteLength);
    fc.assert(
      fc.property(at, at, (one, other) => {
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        expect(Buffer.from(whole.subarray(from, to)).equals(bytesOf(payload.subarray(from, to)))).toBe(true);
      }),
    );
  });

  it('gives zeros for lent bytes that were transferred, and says so', () => {
    const data = counted(100_000);
    const payload = encode([data, 'behind'], true);
    if (payload instanceof Uint8Array) throw new Error('it is in one piece');
    expect(payload.isIntact(0, payload.byteLength)).toBe(true);
    structuredClone(data, { transfer: [data.buffer] });
    expect(payload.isIntact(1_000, 2_000)).toBe(false);
    expect(bytesOf(payload.subarray(1_000, 2_000))).toEqual(new Uint8Array(1_000));
    expect(payload.isIntact(payload.byteLength - 7, payload.byteLength)).toBe(true);
    expect(Buffer.from(bytesOf(payload.subarray(payload.byteLength - 7, payload.byteLength)))).toEqual(
      Buffer.from('fbehind'),
    );
  });
});
