import { expect, test } from 'vitest';
import { type DnsMessage, readMessage } from '../../../src/adapters/discovery/dns/message.ts';
import { limits } from '../../../src/limits.ts';
import { wirePacket } from '../../support/mdns.ts';

const response = 0x8400;
const pointer = Buffer.from([0xc0, 0x0c]);

const strings = (...all: readonly (string | Buffer)[]): Buffer =>
  Buffer.concat(all.flatMap((one) => [Buffer.from([Buffer.byteLength(one)]), Buffer.from(one)]));

function read(bytes: Buffer): DnsMessage {
  const message = readMessage(bytes);
  if (!message || message === 'ignored') throw new Error(`it was not read: ${String(message)}`);
  return message;
}

/** The most records or questions that a packet has room for, after a head of its own. */
function fill(head: Buffer, one: Buffer): Buffer[] {
  const room = limits.discovery.packetBytes - 12 - head.length;
  return [head, ...Array.from({ length: Math.floor(room / one.length) }, () => one)];
}

const labels = (count: number): Buffer =>
  Buffer.concat([...Array.from({ length: count }, () => strings('a')), Buffer.alloc(1)]);
const recordAt = (name: Buffer, type: number, data: Buffer): Buffer => {
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([name, fixed, data]);
};
const asked = Buffer.from([0, 12, 0, 1]);

test.each([
  [
    'questions that point at a long name',
    { questions: fill(Buffer.concat([labels(120), asked]), Buffer.concat([pointer, asked])) },
  ],
  [
    'records that point at a long name',
    { answers: fill(recordAt(labels(120), 1, Buffer.alloc(4)), recordAt(pointer, 1, Buffer.alloc(4))) },
  ],
  [
    'records without a name',
    { answers: fill(Buffer.alloc(0), recordAt(Buffer.alloc(1), 16, Buffer.alloc(0))).slice(1) },
  ],
  ['a text of empty strings', { answers: [recordAt(Buffer.alloc(1), 16, Buffer.alloc(8_900))] }],
  [
    'texts of empty strings',
    { answers: fill(Buffer.alloc(0), recordAt(Buffer.alloc(1), 16, Buffer.alloc(120))).slice(1) },
  ],
])('a packet full of %s is read as far as its bounds', (_, parts) => {
  const bytes = wirePacket({ flags: response, ...parts });
  expect(bytes.length).toBeLessThanOrEqual(limits.discovery.packetBytes);
  const { steps, questions, answers, broken } = read(bytes);
  expect(steps).toBeLessThanOrEqual(limits.discovery.packetSteps + 1);
  expect(questions.length + answers.length).toBeLessThanOrEqual(limits.discovery.packetRecords);
  expect(broken).toBe(true);
});

test('a name that many point at is read once', () => {
  const names = Array.from({ length: 100 }, () => recordAt(pointer, 1, Buffer.alloc(4)));
  const { steps, answers, broken } = read(
    wirePacket({ flags: response, answers: [recordAt(labels(120), 1, Buffer.alloc(4)), ...names] }),
  );
  expect([answers.length, broken]).toEqual([101, false]);
  expect(steps).toBeLessThan(3 * 101 + 2 * 122);
});

test('a name of 255 bytes is read, by pointers too, and a longer one is not', () => {
  const longest = recordAt(labels(127), 1, Buffer.alloc(4));
  const beside = (more: Buffer): number =>
    read(wirePacket({ flags: response, answers: [longest, recordAt(more, 1, Buffer.alloc(4))] })).answers.length;
  expect(beside(pointer)).toBe(2);
  expect(beside(Buffer.concat([strings('b'), Buffer.from([0xc0, 0x0e])]))).toBe(2);
  expect(beside(Buffer.concat([strings('b'), pointer]))).toBe(1);
});
