import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { ByteStream } from './byte-stream.ts';
import { isOwn, type StreamNumber } from './frame-types.ts';

/** The streams of both sides that are not over, and the numbers that are taken. */
export class StreamTable {
  readonly #streams = new Map<StreamNumber, ByteStream>();
  /** Numbers of the last stream that each side opened. */
  #ownLast = -2;
  #otherLast = -1;
  #ownOpen = 0;
  #otherOpen = 0;

  get size(): number {
    return this.#streams.size;
  }

  /** This side may open another one. */
  get hasRoom(): boolean {
    return this.#ownOpen < limits.streams.open;
  }

  get(number: StreamNumber): ByteStream | undefined {
    return this.#streams.get(number);
  }

  values(): IterableIterator<ByteStream> {
    return this.#streams.values();
  }

  /** The number of the next stream that this side opens. */
  takeNumber(): StreamNumber {
    this.#ownLast += 2;
    this.#ownOpen += 1;
    return this.#ownLast;
  }

  /**
   * The other side opens that one. False if it did before, over another carrier. Throws {@link LanpeerError}
   * `ERR_PROTOCOL`.
   */
  takeOther(number: StreamNumber): boolean {
    if (isOwn(number)) throw new LanpeerError('ERR_PROTOCOL', 'A stream was opened with a number of the other side.');
    if (number <= this.#otherLast) return false;
    if (number !== this.#otherLast + 2 || this.#otherOpen >= limits.streams.remote)
      throw new LanpeerError('ERR_PROTOCOL', 'Too many streams were opened, or one was left out.');
    this.#otherLast = number;
    this.#otherOpen += 1;
    return true;
  }

  /** There was one of that number. */
  wasOpened(number: StreamNumber): boolean {
    return number <= (isOwn(number) ? this.#ownLast : this.#otherLast);
  }

  add(stream: ByteStream): void {
    this.#streams.set(stream.number, stream);
  }

  /** False if it was not there. */
  delete({ number }: ByteStream): boolean {
    if (!this.#streams.delete(number)) return false;
    if (isOwn(number)) this.#ownOpen -= 1;
    else this.#otherOpen -= 1;
    return true;
  }

  /** Takes all of them out. */
  drain(): ByteStream[] {
    const streams = [...this.#streams.values()];
    this.#streams.clear();
    return streams;
  }
}
