import { limits } from '../../limits.ts';
import type { MessageKind } from '../frame-types.ts';
import type { OutgoingBody } from '../message-bodies/outgoing-lane.ts';
import { type Payload, type PayloadPart, SegmentedPayload } from '../payload.ts';

/**
 * `delivered`: its handlers there have settled. `unsent`: it certainly did not arrive whole. `unknown`: it may have
 * arrived; an acknowledgement can be lost with the process.
 */
export type DeliveryOutcome = 'delivered' | 'unsent' | 'unknown';

/** A message to send. `settle` is called once; for calls `delivered` means that they arrived. */
export interface OutMessage {
  readonly of: MessageKind;
  /** One byte or more. */
  readonly payload: Payload;
  readonly settle: (outcome: DeliveryOutcome) => void;
  /** Memory of the payload was lent, and is gone: what is not sent yet goes as zeros, or nothing of it goes. */
  readonly lost?: () => void;
  /** Bytes that the other side has; for messages that do not go in one piece. */
  readonly progress?: ((received: number) => void) | undefined;
}

/** What the send stream is told of a message that it sends. */
export interface JobEvents {
  /** Its memory was lent, and is gone while it is on its way. */
  lost(job: Job): void;
  /** All bytes of it were sent apart from its reference, or have arrived. */
  given(job: Job): void;
  arrived(job: Job): void;
}

/** A message, while it is sent. */
export class Job implements OutgoingBody {
  readonly message: OutMessage;
  /** In the order in which they were accepted. */
  readonly no: number;
  readonly total: number;
  readonly isLarge: boolean;
  /** The message, or its reference, has been received. */
  isReceived = false;
  isSettled = false;
  readonly #events: JobEvents;
  #payload: Payload;
  #given = 0;
  #arrived = 0;

  constructor(message: OutMessage, no: number, events: JobEvents) {
    this.message = message;
    this.no = no;
    this.total = message.payload.byteLength;
    this.isLarge = this.total > limits.messages.wholeBytes;
    this.#events = events;
    this.#payload = message.payload;
  }

  get of(): MessageKind {
    return this.message.of;
  }

  /** It has a number: the others go over a lane alone. */
  get isNumbered(): boolean {
    return this.of === 'message' || (!this.isLarge && this.of !== 'volatile');
  }

  /** All of it was sent, now and then. */
  get isGiven(): boolean {
    return this.#given === this.total;
  }

  /** All of what goes over a lane has arrived. */
  get hasArrived(): boolean {
    return !this.isLarge || this.#arrived === this.total;
  }

  /** False where memory of these bytes was lent, and is found to be gone: once for each message. */
  isIntact(from: number, to: number): boolean {
    const payload = this.#payload;
    return !(payload instanceof SegmentedPayload) || payload !== this.message.payload || payload.isIntact(from, to);
  }

  /** Zeros are in the place of what was lent and is gone. */
  part(from: number, to: number): PayloadPart {
    if (!this.isIntact(from, to)) {
      // With the outcome all that was lent is the program's again: from now on nothing of it is read.
      if (this.#payload instanceof SegmentedPayload) this.#payload = this.#payload.zeroed();
      this.message.lost?.();
      this.#events.lost(this);
    }
    const isWhole = to - from === this.total;
    return isWhole && this.#payload instanceof Uint8Array ? this.#payload : this.#payload.subarray(from, to);
  }

  given(bytes: number): void {
    this.#given = bytes;
    if (bytes === this.total) this.#events.given(this);
  }

  received(bytes: number): void {
    this.#arrived = bytes;
    this.message.progress?.(bytes);
    if (bytes === this.total) this.#events.arrived(this);
  }
}
