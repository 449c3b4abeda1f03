import type { RecordBuffer } from '../record-buffer.ts';
import type { CreditPool } from './credit-pool.ts';
import { type EndReason, isOwn, type StreamFrame, type StreamNumber } from './frame-types.ts';
import { streamFrameBytes, writeOpen } from './frames.ts';
import { IncomingBytes } from './incoming.ts';
import { OutgoingBytes, type OutgoingEnd } from './outgoing.ts';

/** What the owner of a stream is told. After `lost` nothing more comes. */
export interface ByteStreamListener {
  /** The program at the other end has accepted it; only to the side that opened it. */
  accepted(): void;
  /** There is room to write again. */
  writable(): void;
  /** Bytes can be read, or the end came. */
  readable(): void;
  /** The direction that this side writes is over, but not by its own reset. */
  sent(end: OutgoingEnd): void;
  /** The other side ended the direction that this side reads before its end. */
  reset(reason: EndReason): void;
  /** The message sessions that it belonged to are over. */
  lost(): void;
}

/** What a stream was opened with. */
export interface StreamOpening {
  readonly type: string;
  /** Encoded; empty for none. */
  readonly data: Uint8Array;
}

/** A frame of a stream that is open. */
export type FrameOfStream = Exclude<StreamFrame, { readonly kind: 'attach' | 'attached' | 'open' }>;

export interface ByteStreamOptions {
  readonly number: StreamNumber;
  readonly opening: StreamOpening;
  readonly pool: CreditPool;
  readonly sendPool: CreditPool;
  /** One of its directions has something to write, or both are over. */
  readonly wake: (stream: ByteStream) => void;
}

const nobody: ByteStreamListener = {
  accepted: () => undefined,
  writable: () => undefined,
  readable: () => undefined,
  sent: () => undefined,
  reset: () => undefined,
  lost: () => undefined,
};

/** One stream of two directions, at either end. */
export class ByteStream {
  readonly number: StreamNumber;
  readonly opening: StreamOpening;
  readonly outgoing: OutgoingBytes;
  readonly incoming: IncomingBytes;
  /** Whose program it is; nobody's at first. */
  listener: ByteStreamListener = nobody;
  readonly #wake: () => void;
  #isOpenDue = false;
  #isAccepted = false;

  constructor({ number, opening, pool, sendPool, wake }: ByteStreamOptions) {
    this.number = number;
    this.opening = opening;
    this.#wake = () => wake(this);
    this.outgoing = new OutgoingBytes(number, sendPool, {
      wake: this.#wake,
      writable: () => this.listener.writable(),
      ended: (end) => this.listener.sent(end),
    });
    this.incoming = new IncomingBytes(number, pool, {
      wake: this.#wake,
      readable: () => this.listener.readable(),
      reset: (reason) => this.listener.reset(reason),
    });
  }

  /** Both sides are through with both directions, as far as this one knows. */
  get isOver(): boolean {
    return this.outgoing.isDone && this.incoming.isDone;
  }

  /** There is something to write of it, but bytes. */
  get isControlDue(): boolean {
    return this.#isOpenDue || this.incoming.isReady;
  }

  /** The side that opens it says so. */
  open(): void {
    this.#isOpenDue = true;
    this.incoming.begin();
  }

  /** The program takes it. */
  accept(listener: ByteStreamListener): void {
    this.listener = listener;
    this.incoming.begin();
  }

  /** Ends both directions before their ends. */
  abort(reason: EndReason): void {
    this.outgoing.reset(reason);
    this.incoming.stop(reason);
  }

  /** Throws {@link LanpeerError} `ERR_PROTOCOL`. */
  receive(frame: FrameOfStream): void {
    switch (frame.kind) {
      case 'data':
        this.incoming.receive(frame.offset, frame.bytes, frame.last);
        break;
      case 'credit':
        this.outgoing.receiveCredit(frame);
        this.#noteAccepted();
        break;
      case 'reset':
        this.incoming.receiveReset(frame.reason);
        break;
      case 'stop':
        this.outgoing.receiveStop(frame.reason);
        break;
      case 'done':
        this.outgoing.receiveDone();
    }
  }

  /** The other side has given credit: so its program has accepted it. */
  #noteAccepted(): void {
    if (this.#isAccepted || !isOwn(this.number)) return;
    this.#isAccepted = true;
    this.listener.accepted();
  }

  /** The carrier is gone. */
  detach(): void {
    this.outgoing.hold();
  }

  /** A new carrier: what the other side may not have had is said again. */
  announce(): void {
    this.#isOpenDue = isOwn(this.number) && !this.#isAccepted;
    this.incoming.announce();
    this.#wake();
  }

  /** The message sessions that it belongs to are over. */
  lose(): void {
    this.incoming.drop();
    this.outgoing.drop();
    const { listener } = this;
    this.listener = nobody;
    listener.lost();
  }

  /** Writes the next frame that is not of bytes; false if there is none that fits. */
  pullControl(into: RecordBuffer): boolean {
    if (!this.#isOpenDue) return this.incoming.pull(into);
    const { type, data } = this.opening;
    if (into.room < streamFrameBytes.open) return false;
    writeOpen(into, this.number, type, data);
    this.#isOpenDue = false;
    return true;
  }
}
