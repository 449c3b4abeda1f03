import { isStreamFrame } from '../../../src/protocol/byte-stream/frames.ts';
import { writeFirst, writeMore, writeWhole } from '../../../src/protocol/frame-bodies.ts';
import type { Frame, MessageKind, PresenceFrame } from '../../../src/protocol/frame-types.ts';
import { writeControl, writeFeatureHead } from '../../../src/protocol/frames.ts';
import { createRecordBuffer } from '../../../src/protocol/record-buffer.ts';
import { writeStreamFrame } from '../../support/stream-frames.ts';

/** One for all: a new one for each of a million frames would be slower than the victim. */
const record = createRecordBuffer(65_528);

function writePresence({ kind, payload }: PresenceFrame): void {
  writeFeatureHead(record, kind, payload.byteLength);
  record.bytes(payload);
}

/** A record with these frames. */
export function recordOf(...frames: readonly Frame[]): Uint8Array {
  record.clear();
  for (const frame of frames) {
    if (frame.kind === 'groups' || frame.kind === 'properties') writePresence(frame);
    else if (frame.kind === 'whole') writeWhole(record, frame.of, frame.payload);
    else if (frame.kind === 'first') writeFirst(record, frame.of, frame.slot, frame.total, frame.payload);
    else if (frame.kind === 'more') writeMore(record, frame.numbered, frame.slot, frame.payload);
    else if (isStreamFrame(frame)) writeStreamFrame(record, frame);
    else writeControl(record, frame);
  }
  return record.view().slice();
}

/** One frame as often as it fits into a record of that size. */
export function filled(recordBytes: number, make: (no: number) => Frame): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let bytes = 0, no = 0; ; no += 1) {
    const part = recordOf(make(no));
    bytes += part.byteLength;
    if (bytes > recordBytes) return Buffer.concat(parts);
    parts.push(part);
  }
}

const fragmentBytes = 16_320;

/** The frames of a message up to so many of its bytes, a fragment each. */
export function* fragmentsOf(
  of: MessageKind,
  slot: number,
  payload: Uint8Array,
  total = payload.byteLength,
): Generator<Frame> {
  if (total <= fragmentBytes) {
    yield { kind: 'whole', of, payload };
    return;
  }
  for (let at = 0; at < payload.byteLength; at += fragmentBytes) {
    const part = payload.subarray(at, at + fragmentBytes);
    if (at === 0) yield { kind: 'first', of, slot, total, payload: part };
    else yield { kind: 'more', numbered: of !== 'volatile', slot, payload: part };
  }
}
