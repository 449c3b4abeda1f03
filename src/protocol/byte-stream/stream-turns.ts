import { createQueue } from '../../util/queue.ts';
import type { Turn } from '../message-bodies/outgoing-bodies.ts';
import type { RecordBuffer } from '../record-buffer.ts';
import type { ByteStream } from './byte-stream.ts';

/** What has something to write: what streams have to say goes first, then the bytes of each, and of each lane, in turn. */
export class StreamTurns {
  readonly #controls = new Set<ByteStream>();
  readonly #turns = createQueue<Turn>();
  readonly #queued = new Set<Turn>();

  /** Something has to be said. */
  get isControlDue(): boolean {
    return this.#controls.size > 0;
  }

  /** That stream may have something. */
  add(stream: ByteStream): void {
    if (stream.isControlDue) this.#controls.add(stream);
    this.addTurn(stream.outgoing);
  }

  /** That one may have bytes. */
  addTurn(turn: Turn): void {
    if (!turn.isReady || this.#queued.has(turn)) return;
    this.#queued.add(turn);
    this.#turns.push(turn);
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
    for (let turn = this.#turns.at(0); turn; turn = this.#turns.at(0)) {
      if (turn.isReady) {
        if (!turn.pull(into)) return false;
        this.#turns.shift();
        this.#turns.push(turn);
        return true;
      }
      this.#turns.shift();
      this.#queued.delete(turn);
    }
    return false;
  }
}
