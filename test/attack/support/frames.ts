import { isStreamFrame } from '../../../src/protocol/byte-stream/frames.ts';
import { writeReference, writeWhole } from '../../../src/protocol/frame-bodies.ts';
import type { Frame, PresenceFrame } from '../../../src/protocol/frame-types.ts';
import { writeControl, writeFeatureHead } from '../../../src/protocol/frames.ts';
import { isBodyFrame } from '../../../src/protocol/message-bodies/frames.ts';
import { createRecordBuffer } from '../../../src/protocol/record-buffer.ts';
import { writeBodyFrame } from '../../support/frames.ts';
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
    else if (frame.kind === 'reference') writeReference(record);
    else if (isBodyFrame(frame)) writeBodyFrame(record, frame);
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

/** As many frames as fit, of a sequence in which none may be left out: `next` is the first that did not. */
export function filledInTurn(
  recordBytes: number,
  from: number,
  make: (no: number) => Frame,
): { readonly record: Uint8Array; readonly next: number } {
  let next = from - 1;
  const record = filled(recordBytes, () => {
    next += 1;
    return make(next);
  });
  return { record, next };
}
