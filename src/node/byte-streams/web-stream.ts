import type { PeerStream } from '../../api/streams.ts';
import { LanpeerError } from '../../errors.ts';
import type { ByteStream, ByteStreamListener } from '../../protocol/byte-stream/byte-stream.ts';
import { type EndReason, isOwn } from '../../protocol/byte-stream/frame-types.ts';
import type { OutgoingEnd } from '../../protocol/byte-stream/outgoing.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import type { CountedStream } from '../monitoring/stream-counters.ts';
import type { ObservedStream } from '../observer.ts';
import { errorOfReason, reasonOf } from './end-reasons.ts';
import { ReadableSide } from './readable-side.ts';
import { WritableSide } from './writable-side.ts';

export interface WebStreamOptions {
  readonly peerId: DeviceId;
  readonly data: unknown;
  /** Of one that this side opens: the program at the other end has accepted it, or it ended before. */
  readonly opening?: { accepted(): void; failed(error: LanpeerError): void };
}

const withoutReason: EndReason = { kind: 'aborted', code: '', text: '' };

/** One stream, as the program has it. */
export class WebStream implements ByteStreamListener, CountedStream {
  readonly facade: PeerStream;
  readonly #stream: ByteStream;
  #opening: WebStreamOptions['opening'];
  readonly #reading: ReadableSide;
  readonly #writing: WritableSide;
  readonly #closed = Promise.withResolvers<void>();
  /** Directions that are not over. */
  #left = 2;
  readonly #errors = new Set<unknown>();

  constructor(stream: ByteStream, options: WebStreamOptions) {
    const { incoming, outgoing, opening } = stream;
    this.#stream = stream;
    this.#opening = options.opening;
    const over = (): void => {
      this.#left -= 1;
      if (this.#left === 0) this.#closed.resolve();
    };
    this.#reading = new ReadableSide(incoming, (reason) => incoming.stop(reasonOf('aborted', reason)), over);
    this.#writing = new WritableSide(outgoing, (reason) => outgoing.reset(reasonOf('aborted', reason)), over);
    this.facade = {
      peerId: options.peerId,
      type: opening.type,
      data: options.data,
      readable: this.#reading.readable,
      writable: this.#writing.writable,
      get sent() {
        return { written: outgoing.written, read: outgoing.read };
      },
      get received() {
        return { arrived: incoming.received, read: incoming.read };
      },
      closed: this.#closed.promise,
      abort: (reason) => this.abort(reasonOf('aborted', reason), this.#error('ERR_ABORTED', reason)),
    };
  }

  /** Bytes that the other program has read. */
  get bytesSent(): number {
    return this.#stream.outgoing.read;
  }

  /** Bytes that this program has read. */
  get bytesReceived(): number {
    return this.#stream.incoming.read;
  }

  observe(): ObservedStream {
    const { number, opening, outgoing, incoming } = this.#stream;
    return {
      number,
      type: opening.type,
      opener: isOwn(number) ? 'local' : 'remote',
      sent: { written: outgoing.written, read: outgoing.read, credit: outgoing.credit },
      received: { arrived: incoming.received, read: incoming.read, credit: incoming.credit },
    };
  }

  accepted(): void {
    const opening = this.#opening;
    this.#opening = undefined;
    opening?.accepted();
  }

  writable(): void {
    this.#writing.wake();
  }

  readable(): void {
    this.#reading.wake();
  }

  sent(end: OutgoingEnd): void {
    if (end.kind === 'read') this.#writing.read();
    else this.#fail(end.reason, (error) => this.#writing.error(error));
  }

  reset(reason: EndReason): void {
    this.#fail(reason, (error) => this.#reading.error(error));
  }

  lost(): void {
    this.#failWith(this.#error('ERR_STREAM_LOST'));
  }

  /** True for an error that this stream has given to its program: that it ended is no fault of the program's. */
  hasGiven(thrown: unknown): boolean {
    return this.#errors.has(thrown);
  }

  /** Ends both directions: with the reason for the other side, and the error here. */
  abort(reason: EndReason, error: LanpeerError): void {
    this.#stream.abort(reason);
    this.#failWith(error);
  }

  #fail(reason: EndReason, tell: (error: LanpeerError) => void): void {
    const error = errorOfReason(reason, this.#stream.outgoing.read);
    this.#errors.add(error);
    tell(error);
    // No program has it: neither direction is of use.
    if (this.#opening) this.abort(withoutReason, error);
  }

  #failWith(error: LanpeerError): void {
    this.#errors.add(error);
    this.#reading.error(error);
    this.#writing.error(error);
    const opening = this.#opening;
    this.#opening = undefined;
    opening?.failed(error);
  }

  #error(code: 'ERR_ABORTED' | 'ERR_STREAM_LOST', cause?: unknown): LanpeerError {
    return new LanpeerError(code, undefined, {
      bytes: this.#stream.outgoing.read,
      ...(cause !== undefined && { cause }),
    });
  }
}
