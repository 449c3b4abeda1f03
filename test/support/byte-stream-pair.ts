import type { ByteStream, ByteStreamListener } from '../../src/protocol/byte-stream/byte-stream.ts';
import { ByteStreams } from '../../src/protocol/byte-stream/byte-streams.ts';
import { type CreditPool, createCreditPool } from '../../src/protocol/byte-stream/credit-pool.ts';
import type { EndReason, StreamFrame } from '../../src/protocol/byte-stream/frame-types.ts';
import { FrameReader } from '../../src/protocol/frames.ts';
import { createRecordBuffer } from '../../src/protocol/record-buffer.ts';

/** What became of one end of a stream, as its listener was told. */
export class StreamEnd implements ByteStreamListener {
  readonly stream: ByteStream;
  readonly #parts: Uint8Array[] = [];
  isAccepted = false;
  isAtEnd = false;
  isLost = false;
  sentAs: 'read' | EndReason | undefined;
  resetBy: EndReason | undefined;

  constructor(stream: (listener: ByteStreamListener) => ByteStream) {
    this.stream = stream(this);
  }

  accepted(): void {
    this.isAccepted = true;
  }

  writable(): void {}

  readable(): void {}

  sent(end: Parameters<ByteStreamListener['sent']>[0]): void {
    if (this.sentAs !== undefined) throw new Error('ended twice');
    this.sentAs = end.kind === 'read' ? 'read' : end.reason;
  }

  reset(reason: EndReason): void {
    this.resetBy = reason;
  }

  lost(): void {
    this.isLost = true;
  }

  /** What was read. */
  get bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }

  /** Reads one part of what is there. */
  read(): Uint8Array | undefined {
    const bytes = this.stream.incoming.take();
    if (bytes) this.#parts.push(bytes);
    this.isAtEnd = this.stream.incoming.isAtEnd;
    return bytes;
  }

  readAll(): void {
    while (this.read());
  }
}

export const [sideA, sideB] = ['aaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbb'] as const;

/** One side, and the carrier over which it sends: a queue of records. */
export class StreamSide {
  readonly streams: ByteStreams;
  readonly opened: StreamEnd[] = [];
  carrier: Uint8Array[] | undefined;
  /** Called for a stream that the other side opens; accepts it by default. */
  onOpen: (stream: ByteStream) => void = (stream) => {
    this.opened.push(
      new StreamEnd((listener) => {
        stream.accept(listener);
        return stream;
      }),
    );
  };

  constructor(
    own: string,
    other: string,
    pool: CreditPool = createCreditPool(Number.MAX_SAFE_INTEGER),
    sendPool: CreditPool = createCreditPool(Number.MAX_SAFE_INTEGER),
  ) {
    this.streams = new ByteStreams({
      own,
      other,
      pool,
      sendPool,
      opened: (stream) => this.onOpen(stream),
      freed: () => undefined,
      wake: () => undefined,
    });
  }

  open(type = 'file', data = new Uint8Array()): StreamEnd {
    return new StreamEnd((listener) => {
      const stream = this.streams.open({ type, data });
      stream.listener = listener;
      return stream;
    });
  }

  /** Begins a carrier; what was on the one before is lost. */
  attach(): void {
    this.carrier = [];
    this.streams.attach();
  }

  detach(): void {
    this.carrier = undefined;
    this.streams.detach();
  }

  /** Puts the next record on the carrier; false if there is nothing. */
  pull(size = 16_368): boolean {
    const record = createRecordBuffer(size);
    while (this.streams.pull(record));
    if (record.length === 0) return false;
    this.carrier?.push(Uint8Array.from(record.view()));
    return true;
  }

  receive(record: Uint8Array): void {
    const reader = new FrameReader(record);
    for (let frame = reader.next(); frame; frame = reader.next()) this.streams.receive(frame as StreamFrame);
  }
}

export class StreamPair {
  readonly a: StreamSide;
  readonly b: StreamSide;

  constructor(pool?: CreditPool) {
    this.a = new StreamSide(sideA, sideB, pool);
    this.b = new StreamSide(sideB, sideA, pool);
  }

  /** Both have a carrier. */
  attach(): this {
    this.a.attach();
    this.b.attach();
    return this;
  }

  /** Everything that can go, goes. Bounded: it throws where there is no end. */
  settle(size?: number): void {
    for (let turn = 0; turn < 100_000; turn += 1) {
      const pulled = [this.a.pull(size), this.b.pull(size)].some(Boolean);
      const toB = this.a.carrier?.splice(0) ?? [];
      const toA = this.b.carrier?.splice(0) ?? [];
      for (const record of toB) this.b.receive(record);
      for (const record of toA) this.a.receive(record);
      if (!pulled && toA.length + toB.length === 0) return;
    }
    throw new Error('It does not come to rest.');
  }

  /** The end at B of the stream that A opened. */
  accepted(index = 0): StreamEnd {
    const end = this.b.opened[index];
    if (!end) throw new Error('no such stream');
    return end;
  }
}
