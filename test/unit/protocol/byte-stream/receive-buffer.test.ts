import { expect, test } from 'vitest';
import { ReceiveBuffer } from '../../../../src/protocol/byte-stream/receive-buffer.ts';

const numbered = (length: number): Uint8Array => Uint8Array.from({ length }, (_, at) => (at * 7) % 251);

function readAll(buffer: ReceiveBuffer): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let part = buffer.shift(); part; part = buffer.shift()) parts.push(part);
  return parts;
}

test('short parts share memory, and come out as they went in', () => {
  const buffer = new ReceiveBuffer();
  const all = numbered(5_000);
  for (let at = 0; at < all.length; at += 10) buffer.push(all.subarray(at, at + 10));
  expect(buffer.size).toBe(5_000);
  const parts = readAll(buffer);
  expect(Buffer.concat(parts).equals(all)).toBe(true);
  expect(parts.length).toBeLessThanOrEqual(2);
  expect(buffer.size).toBe(0);
});

test('a part that is alone in its memory is taken over, behind the heads of its record', () => {
  const buffer = new ReceiveBuffer();
  const record = numbered(10_000);
  const part = record.subarray(30);
  buffer.push(part);
  const [got] = readAll(buffer);
  expect(got?.buffer).toBe(part.buffer);
  expect(got).toEqual(part);
});

test('a part with anything before or behind it is copied', () => {
  const record = numbered(10_000);
  for (const part of [record.subarray(100), record.subarray(20, 9_999), record.subarray(9_000)]) {
    const buffer = new ReceiveBuffer();
    buffer.push(part);
    const [got] = readAll(buffer);
    expect(got?.buffer).not.toBe(record.buffer);
    expect(got).toEqual(part);
  }
});

test('parts of both kinds keep their order', () => {
  const buffer = new ReceiveBuffer();
  const all = numbered(30_000);
  buffer.push(all.slice(0, 10));
  buffer.push(all.slice(10, 8_000));
  buffer.push(all.slice(8_000, 8_100));
  buffer.push(all.slice(8_100, 30_000));
  expect(Buffer.concat(readAll(buffer)).equals(all)).toBe(true);
});

test('what was read is memory of its own: what comes later does not change it', () => {
  const buffer = new ReceiveBuffer();
  buffer.push(Uint8Array.of(1, 2, 3));
  const first = buffer.shift();
  buffer.push(Uint8Array.of(4, 5, 6));
  expect(first).toEqual(Uint8Array.of(1, 2, 3));
  buffer.clear();
  expect(buffer.shift()).toBeUndefined();
});

test('when little came, the program does not get a whole block with it', () => {
  const buffer = new ReceiveBuffer();
  for (const length of [1, 5_000]) {
    buffer.push(new Uint8Array(length + 1).subarray(1));
    expect(buffer.shift()?.buffer.byteLength).toBeLessThanOrEqual(2 * length);
  }
});
