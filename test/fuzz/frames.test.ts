import { expect, test } from 'vitest';
import { formatCarried, parseCarried } from '../../src/protocol/carrier.ts';
import type { Frame } from '../../src/protocol/frame-types.ts';
import { readFrames } from '../../src/protocol/frames.ts';
import { createRecordBuffer } from '../../src/protocol/record-buffer.ts';
import { createSeal } from '../../src/protocol/seal.ts';
import { decodeVarint } from '../../src/protocol/varint.ts';
import { recordOf } from '../support/frames.ts';
import { fuzz, outcomeOf } from './support/fuzz.ts';

const id = '0123456789abcdef';
const payload = Uint8Array.of(1, 2, 3);
const frames: readonly Frame[] = [
  { kind: 'hello', session: id, stream: null, resumable: true, maxMessageBytes: 134_217_728, received: 0, handled: 0 },
  { kind: 'hello', session: id, stream: id, resumable: false, maxMessageBytes: 1, received: 2 ** 53 - 1, handled: 5 },
  { kind: 'ready' },
  { kind: 'ping', no: 300 },
  { kind: 'pong', no: 2 ** 40 },
  { kind: 'bye', reason: 'stopping' },
  { kind: 'begin', stream: id, next: 1 },
  { kind: 'ack', received: 128, handled: 127 },
  { kind: 'whole', of: 'message', payload },
  { kind: 'reference' },
  { kind: 'bodyBegin', lane: 3, offset: 2 ** 40, of: 'request', total: 1_000_000, bytes: payload },
  { kind: 'bodyMore', lane: 0, offset: 16_384, bytes: payload },
  { kind: 'bodyCredit', lane: 16, received: 3, limit: 2 ** 40, rewind: true },
  { kind: 'attach', carrier: 1, own: id, other: id },
  { kind: 'open', stream: 4, type: 'file', data: payload },
  { kind: 'data', stream: 4, offset: 0, last: true, bytes: payload },
  { kind: 'credit', stream: 5, received: 3, read: 2, limit: 2 ** 40 },
  { kind: 'reset', stream: 4, reason: { kind: 'aborted', code: 'E', text: 'ä' } },
  { kind: 'done', stream: 4 },
];

test('the frames of a record', () =>
  fuzz({
    name: 'frames',
    samples: [...frames.map((frame) => recordOf(frame)), recordOf(...frames), Uint8Array.of(0x80, 3, 1, 2, 3, 2)],
    words: [Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f), Uint8Array.of(0x80), Uint8Array.of(0x8a)],
    mostBytes: 16_384,
    // A ping of two bytes is an object.
    weight: 512,
    run: (input) =>
      outcomeOf(
        ['ERR_PROTOCOL', 'ERR_VERSION'],
        () => [...readFrames(input)],
        (all) => {
          const again = recordOf(...all);
          // Twice: the number of a stream is another one to the other side.
          const twice = recordOf(...readFrames(recordOf(...readFrames(again))));
          expect(Buffer.compare(twice, again)).toBe(0);
          return [...new Set(all.map(({ kind }) => kind))].join(' ');
        },
      ),
  }));

test('a number in a record', () =>
  fuzz({
    name: 'varint',
    samples: [0, 1, 127, 128, 16_384, 2 ** 32, 2 ** 53 - 1].map((number) => {
      const record = createRecordBuffer(8);
      record.varint(number);
      return record.view();
    }),
    mostBytes: 16,
    run: (input) =>
      outcomeOf(
        ['ERR_PROTOCOL'],
        () => decodeVarint(input, 0),
        ({ value, next }) => {
          expect(Number.isSafeInteger(value) && next <= Math.min(8, input.byteLength)).toBe(true);
          return `a number of ${next}`;
        },
      ),
  }));

test('a binary frame of a signalling session', () =>
  fuzz({
    name: 'carried',
    samples: [
      formatCarried({ generation: 1, record: payload }),
      formatCarried({ generation: 2 ** 53 - 1, record: new Uint8Array() }),
      formatCarried({ generation: 0, record: payload }),
      Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 1, 9),
    ],
    mostBytes: 256,
    run: (input) =>
      outcomeOf(
        ['ERR_PROTOCOL'],
        () => parseCarried(input),
        (carried) => {
          if (!carried) return 'another channel';
          expect(Buffer.from(formatCarried(carried)).equals(input)).toBe(true);
          return `${Math.ceil(Math.log2(carried.generation + 1))} ${carried.record.byteLength > 0}`;
        },
      ),
  }));

const sides = [`${'a'.repeat(51)}a`, `${'b'.repeat(51)}a`] as const;
const secret = new Uint8Array(32).fill(7);

test('a sealed record', () => {
  const make = (ownId: string, remoteId: string) => createSeal({ secret, ownId, remoteId, generation: 1 });
  const plain = Buffer.from('a record');
  const good = Buffer.from(make(...sides).seal(plain));
  return fuzz({
    name: 'sealed',
    samples: [good, good.subarray(1), Buffer.alloc(16)],
    mostBytes: 1_024,
    run: (input) => {
      const seal = make(sides[1], sides[0]);
      const outcome = outcomeOf(
        ['ERR_SEAL'],
        () => seal.open(input),
        (opened) => {
          expect(input.equals(good) && plain.equals(opened)).toBe(true);
          return 'opened';
        },
      );
      // Nothing opens behind what did not.
      if (outcome !== 'opened') expect(() => seal.open(good)).toThrow();
      return outcome;
    },
  });
});
