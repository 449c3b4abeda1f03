import { limits } from '../../limits.ts';
import type { ControlFrame } from '../../protocol/frame-types.ts';
import { controlBytes, writeControl } from '../../protocol/frames.ts';
import { createRecordBuffer, type RecordBuffer } from '../../protocol/record-buffer.ts';
import { createQueue } from '../../util/queue.ts';

/** As soon as the transport is idle, or not before the event loop comes round. */
export type WakeTime = 'soon' | 'later';

export interface RecordWriter {
  /** A control frame: it goes before any message. Of pongs only the newest few wait (`limits.link.pongs`). */
  write(frame: ControlFrame): void;
  /** There may be messages to pull. */
  wake(when?: WakeTime): void;
  /** Writes what it has now, as far as the transport has room. */
  flush(): void;
  stop(): void;
}

export interface RecordWriterOptions {
  /** Bytes that the frames of one record may have. */
  readonly capacity: number;
  /** Bytes that the transport has not sent yet. */
  buffered(): number;
  readonly highWater: number;
  /** The bytes are valid during the call. */
  send(record: Uint8Array): void;
  /** Writes the next frame that fits; false if there is none. */
  pull(into: RecordBuffer): boolean;
}

const buffers = new Map<number, RecordBuffer>();

/** One for all writers: a record is filled and sent without a pause, and no transport keeps it. */
function bufferOf(capacity: number): RecordBuffer {
  const known = buffers.get(capacity) ?? createRecordBuffer(capacity);
  buffers.set(capacity, known);
  return known;
}

/**
 * Packs waiting frames into records, because a small message must not cost a packet of its own: an idle transport gets
 * them as soon as the program lets go of this turn, a busy one when the event loop comes round (RFC 896, bounded).
 */
export function createRecordWriter({ capacity, buffered, highWater, send, pull }: RecordWriterOptions): RecordWriter {
  const record = bufferOf(capacity);
  const control = createQueue<ControlFrame>();
  const pongs: ControlFrame[] = [];
  let soon = false;
  let later: NodeJS.Immediate | undefined;
  let stopped = false;

  const next = (): ControlFrame | undefined => control.at(0) ?? pongs[0];

  function fill(): void {
    record.clear();
    for (let frame = next(); frame; frame = next()) {
      if (controlBytes[frame.kind] > record.room) break;
      writeControl(record, frame);
      if (control.shift() === undefined) pongs.shift();
    }
    if (buffered() > highWater) return;
    while (pull(record));
  }

  function flush(): void {
    while (!stopped) {
      fill();
      if (record.length === 0) return;
      send(record.view());
    }
  }

  function wake(when: WakeTime = 'soon'): void {
    if (stopped) return;
    if (when === 'soon' && buffered() === 0) {
      if (soon) return;
      soon = true;
      queueMicrotask(() => {
        soon = false;
        flush();
      });
    } else
      later ??= setImmediate(() => {
        later = undefined;
        flush();
      });
  }

  return {
    write(frame) {
      if (stopped) return;
      if (frame.kind !== 'pong') control.push(frame);
      else if (pongs.push(frame) > limits.link.pongs) pongs.shift();
      wake();
    },
    wake,
    flush,
    stop() {
      stopped = true;
      control.drain();
      pongs.length = 0;
      clearImmediate(later);
    },
  };
}
