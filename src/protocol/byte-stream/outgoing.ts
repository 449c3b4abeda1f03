import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { RecordBuffer } from '../record-buffer.ts';
import { type CreditPool, CreditWindow } from './credit-pool.ts';
import type { Credit, EndReason, StreamNumber } from './frame-types.ts';
import { dataHeadBytes, streamFrameBytes, writeDataHead, writeEnd } from './frames.ts';
import { SendBuffer } from './send-buffer.ts';

/** Short parts fill a record only where nothing else does. */
const leastPart = 512;

/** How a direction ended for its sender: `read` to its end by the other program, or not. */
export type OutgoingEnd = { readonly kind: 'read' } | { readonly kind: 'stopped'; readonly reason: EndReason };

export interface OutgoingEvents {
  /** There is something to write, or to say. */
  wake(): void;
  /** There is room again. */
  writable(): void;
  /** Exactly once, but after {@link OutgoingBytes.reset} not at all. */
  ended(end: OutgoingEnd): void;
}

/** The direction of a stream that this side writes: it outlives carriers. */
export class OutgoingBytes {
  readonly #stream: StreamNumber;
  readonly #events: OutgoingEvents;
  readonly #buffer = new SendBuffer();
  readonly #window: CreditWindow;
  /** Offset of the next byte to send, and the furthest that was. */
  #next = 0;
  #furthest = 0;
  #limit = 0;
  #read = 0;
  /** On this carrier nothing is sent before the other side has said where to go on. */
  #isHeld = false;
  #isFinished = false;
  #lastSent = false;
  #reset: EndReason | undefined;
  #resetSent = false;
  #isDone = false;
  #isFull = false;

  constructor(stream: StreamNumber, pool: CreditPool, events: OutgoingEvents) {
    this.#window = new CreditWindow(pool, limits.streams.sendBytes);
    this.#stream = stream;
    this.#events = events;
  }

  /** Bytes that the other program has certainly read. */
  get read(): number {
    return this.#read;
  }

  /** Bytes that were written. */
  get written(): number {
    return this.#buffer.end;
  }

  /** The other side is through with it. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** Bytes that the other side lets this one send. */
  get credit(): number {
    return this.#limit - this.#next;
  }

  /** True when {@link pull} may write something. */
  get isReady(): boolean {
    if (this.#isDone) return false;
    if (this.#reset) return !this.#resetSent;
    if (this.#isHeld) return false;
    const { end } = this.#buffer;
    return this.#next < Math.min(end, this.#limit) || (this.#isFinished && this.#next === end && !this.#lastSent);
  }

  /** Copies what there is room for; returns how many bytes that were. When it was not all, `writable` follows. */
  write(bytes: Uint8Array): number {
    if (this.#isDone || this.#reset) return 0;
    while (this.#room < bytes.byteLength && this.#mayGrow && this.#window.grow());
    const size = this.#buffer.write(bytes, this.#room);
    this.#isFull = size < bytes.byteLength;
    if (this.isReady) this.#events.wake();
    return size;
  }

  /** Nothing more is written. */
  finish(): void {
    this.#isFinished = true;
    this.#events.wake();
  }

  /** Ends it: what has not arrived is dropped. */
  reset(reason: EndReason): void {
    if (this.#isDone || this.#reset) return;
    this.#reset = reason;
    this.drop();
    this.#events.wake();
  }

  /** Nothing of it is sent any more. */
  drop(): void {
    this.#buffer.release(this.#buffer.end);
    this.#window.release();
  }

  get #room(): number {
    return this.#window.size - (this.#buffer.end - this.#buffer.base);
  }

  /** The other side would let this one send all that it keeps: else more of it would only wait here. */
  get #mayGrow(): boolean {
    return this.#limit - this.#buffer.base >= this.#window.size;
  }

  /** The carrier is gone. */
  hold(): void {
    this.#isHeld = true;
  }

  /** The other side has told anew, by {@link credit}, what it has; what it said before may be lost, answers to resets too. */
  resume(): void {
    this.#isHeld = false;
    this.#resetSent = false;
    this.#next = this.#buffer.base;
    this.#lastSent = false;
    if (this.isReady) this.#events.wake();
  }

  /** Throws {@link LanpeerError} `ERR_PROTOCOL` for what was never sent. */
  receiveCredit({ received, read, limit }: Credit): void {
    if (received > this.#furthest || read > received || limit < read)
      throw new LanpeerError('ERR_PROTOCOL', 'Bytes of a stream were acknowledged that were not sent.');
    this.#limit = Math.max(this.#limit, limit);
    this.#read = Math.max(this.#read, read);
    if (this.#isDone || this.#reset) return;
    this.#buffer.release(received);
    this.#next = Math.max(this.#next, this.#buffer.base);
    if (this.#isFull && this.#room > 0) {
      this.#isFull = false;
      this.#events.writable();
    }
    if (this.isReady) this.#events.wake();
  }

  /** The other side does not want more. */
  receiveStop(reason: EndReason): void {
    if (this.#isDone || this.#reset) return;
    this.reset(reason);
    this.#events.ended({ kind: 'stopped', reason });
  }

  /** The other side is through: it has read all, or has this side's reset. Throws {@link LanpeerError} `ERR_PROTOCOL`. */
  receiveDone(): void {
    if (this.#isDone) return;
    const { end } = this.#buffer;
    if (!this.#reset && !(this.#isFinished && this.#furthest === end))
      throw new LanpeerError('ERR_PROTOCOL', 'A stream was read to its end before it had one.');
    this.#isDone = true;
    if (this.#reset) return;
    this.#read = end;
    this.drop();
    this.#events.ended({ kind: 'read' });
  }

  /** Writes the next frame, if there is one that fits. */
  pull(into: RecordBuffer): boolean {
    if (!this.isReady) return false;
    if (this.#reset) return this.#pullReset(into, this.#reset);
    const { end } = this.#buffer;
    const wanted = Math.min(end, this.#limit) - this.#next;
    const room = into.room - dataHeadBytes(this.#stream, this.#next, into.room);
    const size = Math.min(wanted, room);
    if (size < Math.min(wanted, leastPart)) return false;
    const last = this.#isFinished && this.#next + size === end;
    writeDataHead(into, this.#stream, { offset: this.#next, last, bytes: size });
    this.#buffer.copy(this.#next, this.#next + size, into);
    this.#next += size;
    this.#furthest = Math.max(this.#furthest, this.#next);
    this.#lastSent = last;
    return true;
  }

  #pullReset(into: RecordBuffer, reason: EndReason): boolean {
    if (into.room < streamFrameBytes.reset) return false;
    writeEnd(into, 'reset', this.#stream, reason);
    this.#resetSent = true;
    return true;
  }
}
