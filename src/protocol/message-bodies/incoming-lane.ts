import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { BodyHead, BodyPart } from '../frame-types.ts';
import type { PartialMessage } from '../message-session/partial-message.ts';
import type { RecordBuffer } from '../record-buffer.ts';
import { bodyCreditBytes, writeBodyCredit } from './frames.ts';
import { isVolatileLane, messageLane } from './lanes.ts';

const { bodyWindowBytes } = limits.messages;

/** What becomes of the messages of a lane. Each throws what the peer, or this node, has to be told of. */
export interface LaneUser {
  /** A message of that lane begins. */
  begin(lane: number, head: BodyHead): PartialMessage;
  /** Takes the next part of it: all of it, or it throws and nothing has changed. */
  add(partial: PartialMessage, bytes: Uint8Array): void;
  /** It is whole. */
  complete(partial: PartialMessage): void;
  /** The rest of it does not come. */
  leave(partial: PartialMessage): void;
  wake(): void;
}

/** Messages whose bytes come one after another, by offset, at their receiver: it outlives carriers. */
export class IncomingLane {
  readonly #lane: number;
  readonly #user: LaneUser;
  #received = 0;
  #limit: number = bodyWindowBytes;
  #partial: PartialMessage | undefined;
  /** What came could not be taken: all is dropped until it comes again. */
  #isDropping = false;
  #isDue = false;
  #rewindDue = false;

  constructor(lane: number, user: LaneUser) {
    this.#lane = lane;
    this.#user = user;
  }

  /** There is something to say. */
  get isDue(): boolean {
    return this.#isDue;
  }

  /** Throws {@link LanpeerError} `ERR_PROTOCOL`, and what its user throws: that part was not taken, and comes again. */
  receive(frame: BodyPart): void {
    const { offset, bytes } = frame;
    if (offset > this.#received) {
      if (frame.kind === 'bodyBegin' && isVolatileLane(this.#lane)) this.#jump(offset);
      else if (this.#isDropping) return;
      else throw new LanpeerError('ERR_PROTOCOL', 'A message goes on with a gap.');
    }
    const end = offset + bytes.byteLength;
    if (end > this.#limit) throw new LanpeerError('ERR_PROTOCOL', 'More of a message came than it had credit for.');
    if (end < this.#received || (end === this.#received && bytes.byteLength > 0)) return;
    this.#isDropping = false;
    if (frame.kind === 'bodyBegin' && offset === this.#received) this.#begin(frame);
    this.#take(bytes.subarray(this.#received - offset));
  }

  /** What could not be taken before may be sent again. */
  retry(): void {
    if (!this.#isDropping) return;
    this.#rewindDue = true;
    this.#say();
  }

  /** A new carrier: what this side has is said again. */
  announce(): void {
    this.#isDue = true;
  }

  /** What is unfinished does not come to its end: what still comes of it is passed over. */
  drop(): void {
    if (!this.#partial || this.#partial.isDropped) return;
    this.#user.leave(this.#partial);
    this.#partial.drop();
  }

  /** Writes what is due, if it fits; false if nothing was written. */
  pull(into: RecordBuffer): boolean {
    if (!this.#isDue || into.room < bodyCreditBytes) return false;
    const rewind = this.#rewindDue;
    writeBodyCredit(into, { lane: this.#lane, received: this.#received, limit: this.#limit, rewind });
    this.#isDue = false;
    this.#rewindDue = false;
    return true;
  }

  #jump(offset: number): void {
    this.drop();
    this.#partial = undefined;
    this.#received = offset;
    this.#offer();
  }

  #begin(head: BodyHead): void {
    // It was begun before, and nothing of it came.
    if (this.#partial?.length === 0 && !isVolatileLane(this.#lane)) return;
    if (this.#partial && !isVolatileLane(this.#lane))
      throw new LanpeerError('ERR_PROTOCOL', 'A message begins before the one in front of it has ended.');
    this.drop();
    this.#partial = this.#user.begin(this.#lane, { of: head.of, total: head.total });
  }

  #take(bytes: Uint8Array): void {
    const partial = this.#partial;
    if (!partial) throw new LanpeerError('ERR_PROTOCOL', 'A part of a message came without its beginning.');
    if (bytes.byteLength === 0) return;
    if (partial.length + bytes.byteLength > partial.total)
      throw new LanpeerError('ERR_PROTOCOL', 'A message is longer than was announced.');
    try {
      this.#user.add(partial, bytes);
    } catch (thrown) {
      this.#isDropping = true;
      throw thrown;
    }
    this.#received += bytes.byteLength;
    const isWhole = partial.length === partial.total;
    // The sender hears of a session message when it is handled; of the others it waits to hear here.
    this.#offer(isWhole && this.#lane !== messageLane);
    if (!isWhole) return;
    this.#partial = undefined;
    this.#user.complete(partial);
  }

  /** In large steps: each is a frame. */
  #offer(isAwaited = false): void {
    const wanted = this.#received + bodyWindowBytes;
    if (!isAwaited && wanted - this.#limit < bodyWindowBytes / 4) return;
    this.#limit = wanted;
    this.#say();
  }

  #say(): void {
    this.#isDue = true;
    this.#user.wake();
  }
}
