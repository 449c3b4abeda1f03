import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readAdvertisements, serviceType } from '../../../src/adapters/discovery/advertisements.ts';
import { type DnsMessage, readMessage } from '../../../src/adapters/discovery/dns/message.ts';
import { limits } from '../../../src/limits.ts';
import { deviceIdOf } from '../../../src/protocol/device-id.ts';
import { formatTxt } from '../../../src/protocol/txt-record.ts';
import { query, wireName, wirePacket, wireRecord } from '../../support/mdns.ts';

const id = deviceIdOf(Buffer.from('device'));
const instance = `${id}.${serviceType}`;
const response = 0x8400;
const pointer = Buffer.from([0xc0, 0x0c]);

const strings = (...all: readonly (string | Buffer)[]): Buffer =>
  Buffer.concat(all.flatMap((one) => [Buffer.from([Buffer.byteLength(one)]), Buffer.from(one)]));

const fields = { version: 1, id, incarnation: { counter: 5, random: '0011223344556677' }, networkTag: null, name: 'n' };
const pairs = Object.entries(formatTxt(fields)).map(([key, value]) => `${key}=${value}`);
const service = wireRecord(
  instance,
  'SRV',
  120,
  Buffer.concat([Buffer.from([0, 0, 0, 0, 0x0f, 0xa0]), wireName('h.local')]),
);
const text = wireRecord(instance, 'TXT', 120, strings(...pairs));
const address = wireRecord('h.local', 'A', 120, Buffer.from([192, 0, 2, 1]));
const ours = [service, text, address];

function read(bytes: Buffer): DnsMessage {
  const message = readMessage(bytes);
  if (!message || message === 'ignored') throw new Error(`it was not read: ${String(message)}`);
  return message;
}

const heard = (answers: readonly Buffer[]) => {
  const { answers: some, additionals, broken } = read(wirePacket({ flags: response, answers }));
  return {
    ids: readAdvertisements([...some, ...additionals]).advertisements.map(
      (one) => one.kind === 'announced' && one.txt.id,
    ),
    broken,
  };
};

test('a response whose codes are not zero is not looked at, nor is a query', () => {
  for (const bits of [0, 0x8000])
    for (const code of [1 << 11, 2 << 11, 5 << 11, 1, 3, 15])
      expect(readMessage(wirePacket({ flags: bits + code, answers: ours }))).toBe('ignored');
  for (const length of [0, 1, 11]) expect(readMessage(Buffer.alloc(length))).toBeUndefined();
});

test.each([
  ['an address of three bytes', wireRecord('x.local', 'A', 120, Buffer.alloc(3))],
  ['a service that is too short', wireRecord('x.local', 'SRV', 120, Buffer.alloc(5))],
  ['a service with a name that ends early', wireRecord('x.local', 'SRV', 120, Buffer.from([0, 0, 0, 0, 0, 1, 0, 9]))],
  ['a pointer to a label that is longer than the record', wireRecord('x.local', 'PTR', 120, Buffer.from([9, 1]))],
  ['a text that is longer than the record', wireRecord('x.local', 'TXT', 120, Buffer.from([9, 1]))],
  ['a name that points forward', wireRecord('x.local', 'PTR', 120, Buffer.from([0xff, 0xff]))],
  [
    'an owner whose name points forward',
    Buffer.concat([Buffer.from([0xc3, 0xff]), wireRecord('x', 'A', 1, Buffer.alloc(4)).subarray(3)]),
  ],
])('when a record of another name is broken, still reads ours: %s', (_, broken) => {
  expect(heard([broken, ...ours])).toEqual({ ids: [id], broken: true });
  expect(heard([...ours, broken])).toEqual({ ids: [id], broken: true });
});

test.each([
  ['of an unknown type', wireRecord('x.local', 65_000, 120, Buffer.alloc(9))],
  ['with options', Buffer.from('000029100000000000000401020003', 'hex')],
  ['without data', wireRecord('x.local', 47, 120, Buffer.alloc(0))],
])('a record %s is passed over', (_, other) => {
  expect(heard([other, ...ours])).toEqual({ ids: [id], broken: false });
});

test('records of another class are not ours', () => {
  const chaos = wireRecord(instance, 'SRV', 120, Buffer.concat([Buffer.alloc(5), Buffer.from([9]), wireName('h')]), 3);
  expect(heard([chaos, text, address])).toEqual({ ids: [], broken: false });
});

test('what comes before the end of a packet that was cut counts', () => {
  const whole = wirePacket({ flags: response, answers: [...ours, ...ours] });
  const { answers, broken } = read(whole.subarray(0, -5));
  expect([answers.length, broken]).toEqual([5, true]);
});

test('a pair of 255 bytes hides nothing', () => {
  const long = `x=${'y'.repeat(253)}`;
  const longText = wireRecord(instance, 'TXT', 120, strings(long, ...pairs));
  expect(heard([service, longText, address])).toEqual({ ids: [id], broken: false });
});

test('names are read through pointers; dots inside of labels are no dots', () => {
  const bytes = wirePacket({ questions: [Buffer.concat([strings('a.b', 'c\\'), Buffer.from([0, 0, 1, 0, 1])])] });
  expect(read(bytes).questions).toEqual([{ name: 'a\\.b.c\\\\', type: 1, class: 1, unicast: false }]);
  const compressed = Buffer.concat([
    query({ name: 'x.local', type: 'A' }),
    Buffer.from([1, 0x79]),
    pointer,
    Buffer.from([0, 12, 0x80, 1]),
    // Nothing but a pointer, as other responders write what they have written before.
    pointer,
    Buffer.from([0, 16, 0, 1]),
  ]);
  compressed.writeUInt16BE(3, 4);
  expect(read(compressed).questions.slice(1)).toEqual([
    { name: 'y.x.local', type: 12, class: 1, unicast: true },
    { name: 'x.local', type: 16, class: 1, unicast: false },
  ]);
});

test('a packet costs no more than its budget, however its names point at each other', () => {
  // A chain of pointers as long as half a packet, and as many questions that begin at its end.
  const hops = 1_500;
  const chain = Buffer.alloc(2 * hops);
  for (let hop = 1; hop < hops; hop += 1) chain.writeUInt16BE(0xc000 + 12 + 11 + 2 * (hop - 1), 2 * hop);
  const record = wireRecord('', 65_000, 1, chain).subarray(1);
  const end = Buffer.from([0xc0 + ((12 + 9 + 2 * hops) >> 8), (12 + 9 + 2 * hops) & 255]);
  const names = Array.from({ length: 340 }, () =>
    Buffer.concat([end, wireRecord('', 'A', 1, Buffer.alloc(4)).subarray(1)]),
  );
  const bytes = wirePacket({ flags: response, answers: [record, ...names] });
  expect(bytes.length).toBeLessThan(limits.discovery.packetBytes);
  const { answers, broken } = read(bytes);
  expect(broken).toBe(true);
  expect(answers.length).toBeLessThan(340);
});

test('no bytes, however odd, throw', () => {
  const seed = wirePacket({ flags: response, answers: ours });
  const changed = fc
    .array(fc.record({ at: fc.nat(seed.length - 1), to: fc.nat(255) }), { maxLength: 6 })
    .map((changes) => {
      const bytes = Buffer.from(seed);
      for (const { at, to } of changes) bytes[at] = to;
      return bytes;
    });
  fc.assert(
    fc.property(
      fc.oneof(
        changed,
        fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      ),
      (bytes) => {
        const message = readMessage(bytes);
        if (message && message !== 'ignored') readAdvertisements([...message.answers, ...message.additionals]);
      },
    ),
    { numRuns: 2_000 },
  );
});
