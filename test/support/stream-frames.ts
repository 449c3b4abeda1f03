import fc from 'fast-check';
import { endKinds, type StreamFrame } from '../../src/protocol/byte-stream/frame-types.ts';
import {
  writeAttach,
  writeAttached,
  writeCredit,
  writeDataHead,
  writeDone,
  writeEnd,
  writeOpen,
} from '../../src/protocol/byte-stream/frames.ts';
import type { RecordBuffer } from '../../src/protocol/record-buffer.ts';

/** Writes a frame of a byte stream; its number is as the sender sees it. */
export function writeStreamFrame(into: RecordBuffer, frame: StreamFrame): void {
  switch (frame.kind) {
    case 'attach':
      writeAttach(into, frame.carrier, frame.own, frame.other);
      return;
    case 'attached':
      writeAttached(into, frame.carrier);
      return;
    case 'open':
      writeOpen(into, frame.stream, frame.type, frame.data);
      return;
    case 'data':
      writeDataHead(into, frame.stream, { offset: frame.offset, last: frame.last, bytes: frame.bytes.byteLength });
      into.bytes(frame.bytes);
      return;
    case 'credit':
      writeCredit(into, frame.stream, frame);
      return;
    case 'done':
      writeDone(into, frame.stream);
      return;
    default:
      writeEnd(into, frame.kind, frame.stream, frame.reason);
  }
}

const number = fc.nat();
const id = fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('hex'));
const text = (maxLength: number) =>
  fc.string({ maxLength, unit: 'grapheme' }).map((one) => one.slice(0, maxLength).toWellFormed());
const is = <Kind extends string>(kind: Kind) => fc.constant(kind);
const reason = fc.record({ kind: fc.constantFrom(...endKinds), code: text(64), text: text(256) });

export const anyStreamFrame: fc.Arbitrary<StreamFrame> = fc.oneof(
  fc.record({ kind: is('attach'), carrier: number, own: id, other: id }),
  fc.record({ kind: is('attached'), carrier: number }),
  fc.record({
    kind: is('open'),
    stream: number,
    type: fc.stringMatching(/^[A-Za-z0-9_.:/-]{1,64}$/),
    data: fc.uint8Array({ maxLength: 4_096 }),
  }),
  fc.record({
    kind: is('data'),
    stream: number,
    offset: number,
    last: fc.boolean(),
    bytes: fc.uint8Array({ maxLength: 300 }),
  }),
  fc.record({ kind: is('credit'), stream: number, received: number, read: number, limit: number }),
  fc.record({ kind: fc.constantFrom('reset' as const, 'stop' as const), stream: number, reason }),
  fc.record({ kind: is('done'), stream: number }),
);
