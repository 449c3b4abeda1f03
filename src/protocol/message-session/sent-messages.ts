import { LanpeerError } from '../../errors.ts';
import { createQueue } from '../../util/queue.ts';
import type { Job } from './out-message.ts';

/** Numbered messages that were sent and are not known to have been received. */
export class SentMessages {
  /** The first has the number `base`. */
  readonly #jobs = createQueue<Job>();
  #base = 1;
  /** Those that the present link has had. */
  #cursor = 0;
  #bytes = 0;

  /** Bytes that went in one piece. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The number of what goes next. */
  get next(): number {
    return this.#base + this.#cursor;
  }

  /** What the present link has not had. */
  get again(): Job | undefined {
    return this.#jobs.at(this.#cursor);
  }

  /** It goes, now or again. */
  advance(): void {
    this.#cursor += 1;
  }

  push(job: Job): void {
    this.#jobs.push(job);
    this.#cursor += 1;
    if (!job.isLarge) this.#bytes += job.total;
  }

  /** A new link: it has had nothing. */
  restart(): void {
    this.#cursor = 0;
  }

  /**
   * All up to that number have been received; `note` is called for each that was not before, in order.
   *
   * @returns How many of them, or more, this link has not had: they came over another one. Negative or 0: none.
   */
  acknowledge(received: number, note: (job: Job) => void): number {
    const count = received - (this.#base - 1);
    const before = this.#cursor;
    for (let done = 0; done < count; done += 1) {
      const job = this.#jobs.shift();
      if (!job) break;
      this.#base += 1;
      if (!job.isLarge) this.#bytes -= job.total;
      note(job);
    }
    this.#cursor = Math.max(0, this.#cursor - Math.max(0, count));
    return count - before;
  }

  /** Throws {@link LanpeerError} `ERR_PROTOCOL` for a number that was not given. */
  check(received: number): void {
    if (received - (this.#base - 1) > this.#jobs.size)
      throw new LanpeerError('ERR_PROTOCOL', 'A message was acknowledged that was not sent.');
  }

  drain(): Job[] {
    return this.#jobs.drain();
  }
}
