import type { Frame } from '../protocol/frames.ts';
import { encodeFrame } from '../protocol/frames.ts';

export interface RecordWriter {
  /** A control frame: it goes before any message. */
  write(frame: Frame): void;
  /** There may be messages to pull, or room in the transport. */
  wake(): void;
  /** Writes what it has now, without waiting for the end of this turn of the event loop. */
  flush(): void;
  stop(): void;
}

export interface RecordWriterOptions {
  /** Bytes that the frames of one record may have. */
  readonly capacity: number;
  /** True while the transport takes more. */
  hasRoom(): boolean;
  send(record: Uint8Array): void;
  /** The next message as a frame, or undefined. */
  pull(): Frame | undefined;
}

/**
 * Packs waiting frames into records: one record a turn of the event loop carries whatever came up in it, because a
 * small message must not cost a packet of its own.
 */
export function createRecordWriter({ capacity, hasRoom, send, pull }: RecordWriterOptions): RecordWriter {
  const control: Uint8Array[] = [];
  let held: Uint8Array | undefined;
  let scheduled = false;
  let stopped = false;

  function next(): Uint8Array | undefined {
    if (control.length > 0) return control.shift();
    if (held) {
      const frame = held;
      held = undefined;
      return frame;
    }
    const frame = pull();
    return frame && encodeFrame(frame);
  }

  function fill(): Uint8Array[] {
    const frames: Uint8Array[] = [];
    for (let size = 0; ; ) {
      const frame = next();
      if (!frame) return frames;
      if (frames.length > 0 && size + frame.byteLength > capacity) {
        held = frame;
        return frames;
      }
      frames.push(frame);
      size += frame.byteLength;
    }
  }

  function flush(): void {
    scheduled = false;
    while (!stopped && (control.length > 0 || hasRoom())) {
      const frames = fill();
      const [first] = frames;
      if (!first) return;
      send(frames.length === 1 ? first : Buffer.concat(frames));
    }
  }

  function wake(): void {
    if (scheduled || stopped) return;
    scheduled = true;
    queueMicrotask(flush);
  }

  return {
    write(frame) {
      if (stopped) return;
      control.push(encodeFrame(frame));
      wake();
    },
    wake,
    flush,
    stop() {
      stopped = true;
      control.length = 0;
    },
  };
}
