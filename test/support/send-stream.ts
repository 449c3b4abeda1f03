import type { Frame, MessageKind } from '../../src/protocol/frame-types.ts';
import { readFrames } from '../../src/protocol/frames.ts';
import { SendStream } from '../../src/protocol/message-session/send-stream.ts';
import { createRecordBuffer } from '../../src/protocol/record-buffer.ts';

const id = '0123456789abcdef';

/** A send stream, the records that it makes, and the outcomes of what it sends. */
export function setUpOutStream(takes = 1_000_000) {
  const stream = new SendStream(id, () => takes);
  const fates: (string | undefined)[] = [];
  /** The frames of the next record; of the bodies no more than what tells them apart. */
  function record(capacity = 16_368): string[] {
    const into = createRecordBuffer(capacity);
    while (stream.pull(into));
    return [...readFrames(into.view())].map(nameOf);
  }
  return {
    stream,
    fates,
    record,
    /** All that goes out now, record by record. */
    all(): string[] {
      const frames: string[] = [];
      for (let next = record(); next.length > 0; next = record()) frames.push(...next);
      return frames;
    },
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
  if (frame.kind === 'first') return `${frame.of} ${frame.payload.byteLength} of ${frame.total}`;
  return frame.kind === 'more' ? `more ${frame.payload.byteLength}` : frame.kind;
}
