import { createQueue } from '../../util/queue.ts';
import type { RecordBuffer } from '../record-buffer.ts';
import type { ByteStream } from './byte-stream.ts';

/** Which streams have something to write: what they have to say goes first, then the bytes of each in turn. */
export class StreamTurns {
  readonly #controls = new Set<ByteStream>();
  readonly #turns = createQueue<ByteStream>();
  readonly #queued = new Set<ByteStream>();

  /** Something has to be said. */
  get isControlDue(): boolean {
    return this.#controls.size > 0;
  }

  /** That stream may have something. */
  add(stream: ByteStream): void {
    if (stream.isControlDue) this.#controls.add(stream);
    if (!stream.outgoing.isReady || this.#queued.has(stream)) return;
    this.#queued.add(stream);
    this.#turns.push(stream);
  }

  /** Over a new carrier all that has to be said is said in the order of the streams. */
  restart(): void {
    this.#controls.clear();
  }

  delete(stream: ByteStream): void {
    this.#controls.delete(stream);
  }

  /** Writes what one of them has to say, and returns it; undefined if there is none, or it does not fit. */
  pullControl(into: RecordBuffer): ByteStream | undefined {
    for (const stream of this.#controls) {
      const isDue = stream.isControlDue;
      if (isDue && !stream.pullControl(into)) return undefined;
      if (!stream.isControlDue) this.#controls.delete(stream);
      if (isDue) return stream;
    }
    return undefined;
  }

  /** Writes bytes of the next one, if they fit. */
  pullBytes(into: RecordBuffer): boolean {
    for (let stream = this.#turns.at(0); stream; stream = this.#turns.at(0)) {
      if (stream.outgoing.isReady) {
        if (!stream.outgoing.pull(into)) return false;
        this.#turns.shift();
        this.#turns.push(stream);
        return true;
      }
      this.#turns.shift();
      this.#queued.delete(stream);
    }
    return false;
  }
}
