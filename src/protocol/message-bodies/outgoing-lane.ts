import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { createQueue } from '../../util/queue.ts';
import type { BodyCredit, BodyHead } from '../frame-types.ts';
import type { PayloadPart } from '../payload.ts';
import type { RecordBuffer } from '../record-buffer.ts';
import { bodyHeadBytes, writeBodyPart } from './frames.ts';

/** Short parts fill a record only where nothing else does. */
const leastPart = 512;

/** A message whose bytes go over a lane. */
export interface OutgoingBody extends BodyHead {
  /** Some of its bytes; they are read when they are sent, and once more when they are sent again. */
  part(from: number, to: number): PayloadPart;
  /** So many of its bytes were sent, now and before. */
  given(bytes: number): void;
  /** The other side has so many of its bytes. */
  received(bytes: number): void;
}

interface Place {
  readonly body: OutgoingBody;
  readonly start: number;
  readonly end: number;
}

/** Messages whose bytes go one after another, by offset, at their sender: it outlives carriers. */
export class OutgoingLane {
  readonly #lane: number;
  /** Those that have not arrived as a whole. */
  readonly #places = createQueue<Place>();
  /** All before it has arrived. */
  #base = 0;
  #next = 0;
  #furthest = 0;
  #end = 0;
  #limit: number = limits.messages.bodyWindowBytes;
  /** On this carrier nothing is sent before the other side has said where to go on. */
  #isHeld = false;
  /** What was before it was given up: the next message begins there, and the other side has not said that it heard so. */
  #jump: number | undefined;
  /** That message begins without credit. */
  #isJumpDue = false;

  constructor(lane: number) {
    this.#lane = lane;
  }

  /** Nothing is under way. */
  get isIdle(): boolean {
    return this.#places.size === 0;
  }

  /** True when {@link pull} may write something. */
  get isReady(): boolean {
    return !this.#isHeld && this.#next < (this.#isJumpDue ? this.#end : Math.min(this.#end, this.#limit));
  }

  push(body: OutgoingBody): void {
    const start = this.#end;
    this.#end += body.total;
    this.#places.push({ body, start, end: this.#end });
  }

  hold(): void {
    this.#isHeld = true;
  }

  /** The other side has told anew what it has. */
  resume(): void {
    this.#isHeld = false;
    this.#next = this.#base;
    this.#isJumpDue = this.#jump !== undefined;
  }

  /** Throws {@link LanpeerError} `ERR_PROTOCOL` for what was never sent. */
  receiveCredit({ received, limit, rewind }: BodyCredit): void {
    if (received > this.#furthest || limit < received)
      throw new LanpeerError('ERR_PROTOCOL', 'Bytes of a message were acknowledged that were not sent.');
    this.#limit = Math.max(this.#limit, limit);
    if (this.#jump !== undefined && received >= this.#jump) this.#jump = undefined;
    this.#arrived(received);
    if (rewind) this.#next = this.#base;
  }

  /** The other side has all of the first one: it said so in another way. False if not all of it was sent. */
  noteFirst(): boolean {
    const end = this.#places.at(0)?.end ?? 0;
    if (end > this.#furthest) return false;
    this.#arrived(end);
    return true;
  }

  /** Nothing of these is sent any more: the next one begins behind what was sent. */
  giveUp(): void {
    if (this.isIdle) return;
    this.#places.drain();
    this.#base = this.#furthest;
    this.#next = this.#furthest;
    this.#end = this.#furthest;
    this.#jump = this.#furthest;
    this.#isJumpDue = true;
  }

  /** Writes the next frame, if there is one that fits. */
  pull(into: RecordBuffer): boolean {
    const place = this.isReady ? this.#placeOf(this.#next) : undefined;
    if (!place) return false;
    const { body, start, end } = place;
    const isFirst = this.#next === start;
    const at = { lane: this.#lane, offset: this.#next };
    const wanted = Math.max(0, Math.min(end, this.#limit) - this.#next);
    const size = Math.min(wanted, into.room - bodyHeadBytes(at, isFirst ? body : undefined, into.room));
    if (size < Math.min(wanted, leastPart)) return false;
    const from = this.#next - start;
    writeBodyPart(into, at, isFirst ? body : undefined, body.part(from, from + size));
    this.#isJumpDue = false;
    this.#next += size;
    if (this.#next > this.#furthest) {
      this.#furthest = this.#next;
      body.given(from + size);
    }
    return true;
  }

  #arrived(offset: number): void {
    if (offset <= this.#base) return;
    this.#base = offset;
    this.#next = Math.max(this.#next, offset);
    for (let place = this.#places.at(0); place && place.start < offset; place = this.#places.at(0)) {
      const { body, start, end } = place;
      if (end <= offset) this.#places.shift();
      body.received(Math.min(end, offset) - start);
      if (end > offset) return;
    }
  }

  #placeOf(offset: number): Place | undefined {
    for (let at = 0; ; at += 1) {
      const place = this.#places.at(at);
      if (!place || offset < place.end) return place;
    }
  }
}
