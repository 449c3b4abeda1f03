import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { RecordBuffer } from '../record-buffer.ts';
import type { StreamNumber } from './frame-types.ts';
import { writeDone } from './frames.ts';

/** Streams that are over here, of which the other side has not heard that: only a `done` tells it. */
export class ForgottenStreams {
  readonly #unanswered = new Set<StreamNumber>();

  /** An answer is due. */
  get isDue(): boolean {
    return this.#unanswered.size > 0;
  }

  /** The other side goes on with that stream. Throws {@link LanpeerError} `ERR_PROTOCOL` where it does with too many. */
  add(stream: StreamNumber): void {
    this.#unanswered.add(stream);
    if (this.#unanswered.size > limits.streams.unknown)
      throw new LanpeerError('ERR_PROTOCOL', 'Too many streams are spoken of that are over.');
  }

  /** Writes the next answer; false if there is none. */
  pull(into: RecordBuffer): boolean {
    for (const stream of this.#unanswered) {
      writeDone(into, stream);
      return this.#unanswered.delete(stream);
    }
    return false;
  }
}
