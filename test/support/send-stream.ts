import type { Frame, MessageKind } from '../../src/protocol/frame-types.ts';
import { readFrames } from '../../src/protocol/frames.ts';
import type { Turn } from '../../src/protocol/message-bodies/outgoing-bodies.ts';
import { SendStream } from '../../src/protocol/message-session/send-stream.ts';
import { createRecordBuffer } from '../../src/protocol/record-buffer.ts';

const id = '0123456789abcdef';

/** A send stream, the records that it makes, and the outcomes of what it sends. */
export function setUpOutStream(takes = 1_000_000) {
  const lanes = new Set<Turn>();
  const stream = new SendStream({ id, takes: () => takes, wake: (lane) => void lanes.add(lane) });
  const fates: (string | undefined)[] = [];
  /** The frames of the next record; of the messages no more than what tells them apart. */
  function record(capacity = 16_368): string[] {
    const into = createRecordBuffer(capacity);
    while (stream.pull(into));
    return [...readFrames(into.view())].map(nameOf);
  }
  /** The same over the carrier of byte streams: the lanes in turn. */
  function carried(capacity = 16_384): string[] {
    const into = createRecordBuffer(capacity);
    for (let wrote = true; wrote; ) {
      wrote = false;
      for (const lane of lanes) wrote = lane.pull(into) || wrote;
    }
    return [...readFrames(into.view())].map(nameOf);
  }
  const untilEmpty = (next: () => string[]): string[] => {
    const frames: string[] = [];
    for (let some = next(); some.length > 0; some = next()) frames.push(...some);
    return frames;
  };
  return {
    stream,
    fates,
    record,
    carried,
    /** All that goes out now, record by record. */
    all: () => untilEmpty(record),
    allCarried: () => untilEmpty(carried),
    push(of: MessageKind, bytes: number): void {
      const at = fates.push(undefined) - 1;
      const settle = (fate: string): void => void fates.splice(at, 1, fate);
      stream.push({ of, payload: new Uint8Array(bytes), settle });
    },
  };
}

function nameOf(frame: Frame): string {
  if (frame.kind === 'begin') return `begin ${frame.next}`;
  if (frame.kind === 'whole') return `${frame.of} ${frame.payload.byteLength}`;
  if (frame.kind === 'bodyBegin') return `${frame.of} ${frame.bytes.byteLength} of ${frame.total} in ${frame.lane}`;
  return frame.kind === 'bodyMore' ? `${frame.bytes.byteLength} at ${frame.offset} in ${frame.lane}` : frame.kind;
}
