import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { createQueue } from '../../util/queue.ts';
import type { ArrivedBody } from '../message-bodies/incoming-bodies.ts';
import type { Payload } from '../payload.ts';

/** References to session messages, and the messages themselves: both come in the same order, either may be ahead. */
export class References {
  /** References whose messages have not come. */
  #awaited = 0;
  /** Messages whose references have not come. */
  readonly #early = createQueue<ArrivedBody>();

  /**
   * The next message came: it, if its reference came before. Throws {@link LanpeerError} `ERR_PROTOCOL` where too many
   * wait for theirs.
   */
  takeBody(body: ArrivedBody): Payload | undefined {
    if (this.#awaited === 0) {
      if (this.#early.size >= limits.messages.inbound) {
        body.drop();
        throw new LanpeerError('ERR_PROTOCOL', 'The other end sends more than its window allows.');
      }
      this.#early.push(body);
      return undefined;
    }
    this.#awaited -= 1;
    return body.take();
  }

  /**
   * The next reference came: its message, if that came before.
   *
   * @param admit Asked first: what it throws is thrown, and nothing has changed.
   */
  takeReference(admit: (bytes: number) => void): Payload | undefined {
    const early = this.#early.at(0);
    if (!early) {
      this.#awaited += 1;
      return undefined;
    }
    admit(early.byteLength);
    this.#early.shift();
    return early.take();
  }

  /** The last reference, whose message has not come, was refused. */
  giveBack(): void {
    this.#awaited -= 1;
  }

  clear(): void {
    for (const body of this.#early.drain()) body.drop();
    this.#awaited = 0;
  }
}
