import { limits } from '../limits.ts';
import { createQueue } from '../util/queue.ts';
import { refuse } from './frames.ts';

const { unconfirmed } = limits.files;

/** Hashes of files that were sent, until the receiver has said that it has these. */
export class Confirmations {
  readonly #waiting = createQueue<Uint8Array>();
  #room: (() => void) | undefined;
  #isOver = false;

  get size(): number {
    return this.#waiting.size;
  }

  get isFull(): boolean {
    return !this.#isOver && this.#waiting.size >= unconfirmed;
  }

  /** A file was sent. */
  add(hash: Uint8Array): void {
    this.#waiting.push(hash);
  }

  /** Resolves when it is not full, or at {@link end}. One caller at a time. */
  async room(): Promise<void> {
    if (!this.isFull) return;
    await new Promise<void>((resolve) => {
      this.#room = resolve;
    });
  }

  /** The receiver has the next one. Throws `ERR_OFFER` where it has another one. */
  confirm(theirs: Uint8Array): void {
    const ours = this.#waiting.shift();
    if (!ours || Buffer.compare(ours, theirs) !== 0) throw refuse('has a file with another hash');
    this.#wake();
  }

  /** Nobody waits any more. */
  end(): void {
    this.#isOver = true;
    this.#wake();
  }

  #wake(): void {
    this.#room?.();
    this.#room = undefined;
  }
}
