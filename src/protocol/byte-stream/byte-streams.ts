import { LanpeerError } from '../../errors.ts';
import type { BodyFrame } from '../frame-types.ts';
import { isBodyFrame } from '../message-bodies/frames.ts';
import type { Turn } from '../message-bodies/outgoing-bodies.ts';
import type { RecordBuffer } from '../record-buffer.ts';
import { ByteStream, type FrameOfStream, type StreamOpening } from './byte-stream.ts';
import type { ByteStreamsOptions } from './byte-streams-options.ts';
import { ForgottenStreams } from './forgotten-streams.ts';
import type { StreamFrame, StreamNumber } from './frame-types.ts';
import { streamFrameBytes, writeAttach, writeAttached } from './frames.ts';
import { StreamTable } from './stream-table.ts';
import { StreamTurns } from './stream-turns.ts';

/**
 * The byte streams of a pair of message sessions. They go over one carrier each way, which may be lost and replaced: what
 * each side has of every stream is told anew, and the bytes go on behind it. Without I/O and without time.
 */
export class ByteStreams {
  readonly #options: ByteStreamsOptions;
  readonly #streams = new StreamTable();
  readonly #turns = new StreamTurns();
  readonly #forgotten = new ForgottenStreams();
  /** Carriers that this side began, and what is due over the last one. */
  #carrier = 0;
  #hasCarrier = false;
  #attachDue = false;
  /** That of the other side, and what is due for it: what this side has of each stream, and the answer behind that. */
  #otherCarrier: number | undefined;
  #announcementDue = false;
  #attachedDue = false;
  /** One of the two is new: the other side says how far it is. */
  #awaitsAttached = false;

  constructor(options: ByteStreamsOptions) {
    this.#options = options;
    const woken = (lane?: Turn): void => {
      if (lane) this.#turns.addTurn(lane);
      options.wake();
    };
    if (options.bodies) options.bodies.carrier = { woken };
  }

  /** Streams that are not over. */
  get size(): number {
    return this.#streams.size;
  }

  /** True while there is something that needs a carrier. */
  get needsCarrier(): boolean {
    const { bodies } = this.#options;
    return this.#streams.size > 0 || this.#attachedDue || this.#forgotten.isDue || (bodies?.needsCarrier ?? false);
  }

  /** Another stream can be opened. */
  get hasRoom(): boolean {
    return this.#streams.hasRoom;
  }

  streams(): IterableIterator<ByteStream> {
    return this.#streams.values();
  }

  /** Nobody listens to it yet: its owner does before this side receives anything. */
  open(opening: StreamOpening): ByteStream {
    const stream = this.#add(this.#streams.takeNumber(), opening);
    stream.open();
    return stream;
  }

  /** A new carrier: what is pulled from now on goes over it. */
  attach(): void {
    this.#carrier += 1;
    this.#hasCarrier = true;
    this.#attachDue = true;
    this.#awaitsAttached = true;
    for (const stream of this.#streams.values()) stream.detach();
    this.#options.bodies?.hold();
    if (this.#otherCarrier !== undefined) this.#announceLater();
    this.#options.wake();
  }

  /** The carrier is gone, and there is no other one yet. */
  detach(): void {
    this.#hasCarrier = false;
    // What was said over it may be lost, and the other side may wait for it.
    if (this.#otherCarrier !== undefined) this.#announceLater();
  }

  /** Everything that was not over is lost. */
  end(): void {
    this.detach();
    if (this.#options.bodies) this.#options.bodies.carrier = undefined;
    for (const stream of this.#streams.drain()) stream.lose();
  }

  /**
   * A frame that came over a carrier that has begun with an `attach` of this pair. Throws {@link LanpeerError}
   * `ERR_PROTOCOL`.
   */
  receive(frame: StreamFrame | BodyFrame): void {
    if (isBodyFrame(frame)) {
      this.#options.bodies?.receive(frame);
      return;
    }
    switch (frame.kind) {
      case 'attach':
        this.#otherCarrier = frame.carrier;
        this.#awaitsAttached = true;
        this.#announceLater();
        this.#options.wake();
        return;
      case 'attached':
        if (frame.carrier !== this.#carrier || !this.#awaitsAttached) return;
        this.#awaitsAttached = false;
        for (const stream of this.#streams.values()) stream.outgoing.resume();
        this.#options.bodies?.resume();
        return;
      case 'open':
        this.#receiveOpen(frame.stream, { type: frame.type, data: frame.data });
        return;
      default:
        this.#receiveOf(frame);
    }
  }

  /** Writes the next frame, if there is one that fits. */
  pull(into: RecordBuffer): boolean {
    if (!this.#hasCarrier || into.room < streamFrameBytes.attach) return false;
    if (this.#attachDue) {
      writeAttach(into, this.#carrier, this.#options.own, this.#options.other);
      this.#attachDue = false;
      return true;
    }
    // Before that the other side may not know this pair.
    if (this.#otherCarrier === undefined) return false;
    if (this.#announcementDue) this.#announce();
    if (this.#pullControl(into)) return true;
    if (!this.#attachedDue) return this.#turns.pullBytes(into);
    if (this.#turns.isControlDue || this.#options.bodies?.isControlDue) return false;
    writeAttached(into, this.#otherCarrier);
    this.#attachedDue = false;
    return true;
  }

  /** Not at once: it costs as much as there are streams, and an attach is short. */
  #announceLater(): void {
    this.#announcementDue = true;
    this.#attachedDue = true;
  }

  #announce(): void {
    this.#announcementDue = false;
    this.#turns.restart();
    for (const stream of this.#streams.values()) stream.announce();
    this.#options.bodies?.announce();
  }

  #add(number: StreamNumber, opening: StreamOpening): ByteStream {
    const { pool, sendPool } = this.#options;
    const stream = new ByteStream({ number, opening, pool, sendPool, wake: (one) => this.#woken(one) });
    this.#streams.add(stream);
    return stream;
  }

  #woken(stream: ByteStream): void {
    this.#turns.add(stream);
    this.#options.wake();
  }

  #receiveOpen(number: StreamNumber, opening: StreamOpening): void {
    if (!this.#streams.takeOther(number)) return;
    this.#options.opened(this.#add(number, { type: opening.type, data: Uint8Array.from(opening.data) }));
  }

  #receiveOf(frame: FrameOfStream): void {
    const stream = this.#streams.get(frame.stream);
    if (!stream) {
      this.#receiveUnknown(frame);
      return;
    }
    stream.receive(frame);
    this.#forgetIfOver(stream);
  }

  /** Of a stream that is over here. */
  #receiveUnknown({ kind, stream }: { readonly kind: StreamFrame['kind']; readonly stream: StreamNumber }): void {
    if (!this.#streams.wasOpened(stream))
      throw new LanpeerError('ERR_PROTOCOL', 'A stream is spoken of that was never opened.');
    if (kind !== 'data' && kind !== 'reset') return;
    this.#forgotten.add(stream);
    this.#options.wake();
  }

  #forgetIfOver(stream: ByteStream): void {
    if (!stream.isOver || !this.#streams.delete(stream)) return;
    this.#turns.delete(stream);
    this.#options.freed();
  }

  #pullControl(into: RecordBuffer): boolean {
    if (this.#forgotten.pull(into) || this.#options.bodies?.pullControl(into)) return true;
    const stream = this.#turns.pullControl(into);
    if (stream) this.#forgetIfOver(stream);
    return stream !== undefined;
  }
}
