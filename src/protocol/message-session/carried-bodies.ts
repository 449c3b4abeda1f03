import { asLanpeerError, type LanpeerError } from '../../errors.ts';
import type { BodyFrame } from '../frame-types.ts';
import type { Turn } from '../message-bodies/outgoing-bodies.ts';
import type { RecordBuffer } from '../record-buffer.ts';
import type { ReceiveStream } from './receive-stream.ts';
import type { SendStream } from './send-stream.ts';

/** Whoever carries the messages of a session that do not fit into a record, beside its byte streams. */
export interface BodyCarrier {
  /** That lane, or something that has to be said, may be ready. */
  woken(lane?: Turn): void;
}

export interface CarriedBodiesOptions {
  /** Of the session: another one when it begins anew. */
  readonly outgoing: () => SendStream;
  readonly incoming: ReceiveStream;
  /** What came cannot be taken now: the link ends, and the next one tries again. */
  readonly refused: (error: LanpeerError) => void;
}

/** What a session sends and receives over the carrier of its byte streams. */
export class CarriedBodies {
  /** Undefined while the two sessions do not know each other. */
  carrier: BodyCarrier | undefined;
  readonly #options: CarriedBodiesOptions;

  constructor(options: CarriedBodiesOptions) {
    this.#options = options;
  }

  /** There is something that needs a carrier. */
  get needsCarrier(): boolean {
    return this.isControlDue || this.#options.outgoing().bodies.isBusy;
  }

  /** There is something to say. */
  get isControlDue(): boolean {
    return this.#options.incoming.bodies.isDue;
  }

  hold(): void {
    this.#options.outgoing().bodies.hold();
  }

  resume(): void {
    this.#options.outgoing().bodies.resume();
  }

  announce(): void {
    this.#options.incoming.bodies.announce();
  }

  pullControl(into: RecordBuffer): boolean {
    return this.#options.incoming.bodies.pull(into);
  }

  /** Throws {@link LanpeerError} `ERR_PROTOCOL` for what no session sends. */
  receive(frame: BodyFrame): void {
    const { incoming, outgoing, refused } = this.#options;
    if (frame.kind === 'bodyCredit') {
      outgoing().bodies.receiveCredit(frame);
      return;
    }
    // What it was of has been dropped, and the other side is about to learn that.
    if (!incoming.resumable) return;
    try {
      incoming.bodies.receive(frame);
    } catch (thrown) {
      const error = asLanpeerError(thrown, 'ERR_INTERNAL');
      if (error.code === 'ERR_PROTOCOL') throw error;
      refused(error);
    }
  }
}
