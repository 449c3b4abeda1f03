import fc from 'fast-check';
import { isStreamFrame } from '../../src/protocol/byte-stream/frames.ts';
import { writeReference, writeWhole } from '../../src/protocol/frame-bodies.ts';
import {
  type Body,
  type BodyFrame,
  type ControlFrame,
  type Frame,
  messageKinds,
  type PresenceFrame,
} from '../../src/protocol/frame-types.ts';
import { writeControl, writeFeatureHead } from '../../src/protocol/frames.ts';
import { isBodyFrame, writeBodyCredit, writeBodyPart } from '../../src/protocol/message-bodies/frames.ts';
import type { SessionFrame } from '../../src/protocol/message-session/message-session-options.ts';
import { createRecordBuffer, type RecordBuffer } from '../../src/protocol/record-buffer.ts';
import { writeStreamFrame } from './stream-frames.ts';

function writeBody(into: RecordBuffer, body: Body): void {
  if (body.kind === 'whole') writeWhole(into, body.of, body.payload);
  else writeReference(into);
}

/** Writes a frame of messages that do not fit into a record. */
export function writeBodyFrame(into: RecordBuffer, frame: BodyFrame): void {
  if (frame.kind === 'bodyCredit') writeBodyCredit(into, frame);
  else writeBodyPart(into, frame, frame.kind === 'bodyBegin' ? frame : undefined, frame.bytes);
}

function writePresence(into: RecordBuffer, { kind, payload }: PresenceFrame): void {
  writeFeatureHead(into, kind, payload.byteLength);
  into.bytes(payload);
}

/** A record with these frames. */
export function recordOf(...frames: readonly Frame[]): Uint8Array {
  const record = createRecordBuffer(1_000_000);
  for (const frame of frames) {
    if (frame.kind === 'groups' || frame.kind === 'properties') writePresence(record, frame);
    else if (frame.kind === 'whole' || frame.kind === 'reference') writeBody(record, frame);
    else if (isBodyFrame(frame)) writeBodyFrame(record, frame);
    else if (isStreamFrame(frame)) writeStreamFrame(record, frame);
    else writeControl(record, frame);
  }
  return record.view().slice();
}

/** The others are of the link. */
export const isOfSession = (frame: Frame): frame is SessionFrame =>
  !isStreamFrame(frame) &&
  !isBodyFrame(frame) &&
  !['hello', 'ready', 'ping', 'pong', 'bye', 'groups', 'properties'].includes(frame.kind);

const number = fc.maxSafeNat();
const id = fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('hex'));
const payload = fc.uint8Array({ maxLength: 300 });
const of = fc.constantFrom(...messageKinds);
const is = <Kind extends string>(kind: Kind) => fc.constant(kind);

export const anyControl: fc.Arbitrary<ControlFrame> = fc.oneof(
  fc.record(
    {
      kind: is('hello'),
      session: id,
      stream: fc.option(id),
      resumable: fc.boolean(),
      maxMessageBytes: number,
      maxMessageItems: number,
      received: number,
      handled: number,
    },
    { requiredKeys: ['kind', 'session', 'stream', 'resumable', 'maxMessageBytes', 'received', 'handled'] },
  ),
  fc.record({ kind: is('ready') }),
  fc.record({ kind: fc.constantFrom('ping' as const, 'pong' as const), no: number }),
  fc.record({ kind: is('bye'), reason: fc.constantFrom('disconnect' as const, 'stopping' as const) }),
  fc.record({ kind: is('begin'), stream: id, next: number }),
  fc.record({ kind: is('ack'), received: number, handled: number }),
);

export const anyBody: fc.Arbitrary<Body> = fc.oneof(
  fc.record({ kind: is('whole'), of, payload }),
  fc.record({ kind: is('reference') }),
);

const place = { lane: fc.nat(127), offset: number, bytes: payload };
export const anyBodyFrame: fc.Arbitrary<BodyFrame> = fc.oneof(
  fc.record({ kind: is('bodyBegin'), ...place, of, total: number }),
  fc.record({ kind: is('bodyMore'), ...place }),
  fc.record({ kind: is('bodyCredit'), lane: fc.nat(127), received: number, limit: number, rewind: fc.boolean() }),
);

export const anyFrame: fc.Arbitrary<Frame> = fc.oneof(anyControl, anyBody, anyBodyFrame);
