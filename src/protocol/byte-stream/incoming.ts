import { LanpeerError } from '../../errors.ts';
import type { RecordBuffer } from '../record-buffer.ts';
import { type CreditPool, CreditWindow } from './credit-pool.ts';
import type { EndReason, StreamNumber } from './frame-types.ts';
import { streamFrameBytes, writeCredit, writeDone, writeEnd } from './frames.ts';
import { ReceiveBuffer } from './receive-buffer.ts';

export interface IncomingEvents {
  /** There is something to say. */
  wake(): void;
  /** There is something to {@link IncomingBytes.read}, or the end came. */
  readable(): void;
  /** The other side ended it before its end: what was not read is dropped. */
  reset(reason: EndReason): void;
}

/** The direction of a stream that the other side writes: it outlives carriers. */
export class IncomingBytes {
  readonly #stream: StreamNumber;
  readonly #events: IncomingEvents;
  readonly #buffer = new ReceiveBuffer();
  readonly #window: CreditWindow;
  #received = 0;
  #read = 0;
  /** What the other side may send, as was told, or is as soon as there is a record. */
  #limit = 0;
  #end: number | undefined;
  /** The reader had all that came: the credit is what it waits for. */
  #keepsUp = false;
  #stop: EndReason | undefined;
  #isThrough = false;
  /** What is to be said over this carrier. */
  readonly #due = { credit: false, stop: false, done: false };
  #isDone = false;

  constructor(stream: StreamNumber, pool: CreditPool, events: IncomingEvents) {
    this.#stream = stream;
    this.#window = new CreditWindow(pool);
    this.#events = events;
  }

  get received(): number {
    return this.#received;
  }

  /** Bytes that the program has read. */
  get read(): number {
    return this.#read;
  }

  /** Bytes that the other side may send beyond those that have come. */
  get credit(): number {
    return Math.max(0, this.#limit - this.#received);
  }

  /** All was read, to the end. */
  get isAtEnd(): boolean {
    return this.#read === this.#end;
  }

  /** This side is through with it, and has said so. */
  get isDone(): boolean {
    return this.#isDone;
  }

  get isReady(): boolean {
    return this.#due.credit || this.#due.stop || this.#due.done;
  }

  /** Gives the other side its first credit. */
  begin(): void {
    this.#offer();
  }

  /** Throws {@link LanpeerError} `ERR_PROTOCOL`. */
  receive(offset: number, bytes: Uint8Array, last: boolean): void {
    const end = offset + bytes.byteLength;
    if (offset > this.#received) throw new LanpeerError('ERR_PROTOCOL', 'A stream goes on with a gap.');
    if (end > this.#limit) throw new LanpeerError('ERR_PROTOCOL', 'More of a stream came than it had credit for.');
    const isWrong =
      this.#end === undefined ? last && end < this.#received : end > this.#end || (last && end < this.#end);
    if (isWrong) throw new LanpeerError('ERR_PROTOCOL', 'A stream has two ends.');
    const before = this.#received;
    this.#received = Math.max(before, end);
    const isNew = last && this.#end === undefined;
    if (last) this.#end = end;
    if (this.#isThrough) {
      // It came again: the word that this side is through was lost.
      this.#say('done');
      return;
    }
    if (this.#stop) return;
    if (end > before) this.#buffer.push(bytes.subarray(before - offset));
    if (this.isAtEnd) this.#through();
    if (end > before || isNew) this.#events.readable();
  }

  /** The next bytes, in memory of their own; undefined if there are none now. */
  take(): Uint8Array<ArrayBuffer> | undefined {
    const bytes = this.#buffer.shift();
    if (bytes) {
      this.#read += bytes.byteLength;
      if (this.#buffer.size === 0) this.#keepsUp = true;
      if (this.isAtEnd) this.#through();
      else this.#offer();
    }
    return bytes;
  }

  /** The program does not want more: what is there is dropped. */
  stop(reason: EndReason): void {
    if (this.#isThrough || this.#stop) return;
    this.#stop = reason;
    this.#buffer.clear();
    this.#say('stop');
  }

  /** The other side has ended it. */
  receiveReset(reason: EndReason): void {
    if (this.#isThrough) {
      this.#say('done');
      return;
    }
    const isStopped = this.#stop !== undefined;
    this.#through();
    if (!isStopped) this.#events.reset(reason);
  }

  /** A new carrier: everything that matters is said again. */
  announce(): void {
    this.#due.done = this.#isThrough;
    this.#due.stop = this.#stop !== undefined && !this.#isThrough;
    this.#due.credit = !this.#isThrough && this.#limit > 0;
    this.#isDone = false;
  }

  /** The session is over. */
  drop(): void {
    this.#buffer.clear();
    this.#window.release();
  }

  /** Writes what is due, if it fits; false if nothing was written. */
  pull(into: RecordBuffer): boolean {
    const { credit, stop, done } = this.#due;
    if (into.room < (stop ? streamFrameBytes.reset : streamFrameBytes.credit)) return false;
    if (done) {
      writeDone(into, this.#stream);
      this.#isDone = true;
      Object.assign(this.#due, { credit: false, stop: false, done: false });
    } else if (credit) {
      // Before a stop: it says as well that the stream was accepted.
      writeCredit(into, this.#stream, { received: this.#received, read: this.#read, limit: this.#limit });
      this.#due.credit = false;
    } else if (stop && this.#stop) {
      writeEnd(into, 'stop', this.#stream, this.#stop);
      this.#due.stop = false;
    } else return false;
    return true;
  }

  /** Credit is given in large steps: each is a frame. */
  #offer(): void {
    if (this.#isThrough || this.#stop) return;
    const wanted = this.#read + this.#window.size;
    if (this.#limit > 0 && wanted - this.#limit < this.#window.size / 4) return;
    if (this.#keepsUp) this.#window.grow();
    this.#keepsUp = false;
    this.#limit = this.#read + this.#window.size;
    this.#say('credit');
  }

  #through(): void {
    this.#isThrough = true;
    this.drop();
    this.#say('done');
  }

  #say(what: 'credit' | 'stop' | 'done'): void {
    this.#due[what] = true;
    this.#events.wake();
  }
}
