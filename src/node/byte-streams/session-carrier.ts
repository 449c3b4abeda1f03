import type { SignallingSession } from '../../adapters/signalling/port.ts';
import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { isStreamFrame } from '../../protocol/byte-stream/frames.ts';
import type { Carrier } from '../../protocol/carrier.ts';
import { FrameReader } from '../../protocol/frames.ts';
import { isBodyFrame } from '../../protocol/message-bodies/frames.ts';
import type { RecordBuffer } from '../../protocol/record-buffer.ts';
import { createRecordWriter, type RecordWriter } from '../links/record-writer.ts';
import type { CarriedFrame } from './stream-sources.ts';

export interface SessionCarrierUser {
  pull(into: RecordBuffer): boolean;
  /** Throws `ERR_PROTOCOL`. */
  receive(frame: CarriedFrame, carrier: SessionCarrier): void;
  closed(carrier: SessionCarrier): void;
  sent(bytes: number): void;
  received(bytes: number): void;
}

/** Frames of byte streams over a TLS session, both ways. */
export class SessionCarrier {
  readonly session: SignallingSession;
  readonly #user: SessionCarrierUser;
  readonly #carrier: Carrier;
  readonly #writer: RecordWriter;

  constructor(session: SignallingSession, user: SessionCarrierUser) {
    this.session = session;
    this.#user = user;
    this.#carrier = session.carryStreams({
      record: (bytes) => this.#receive(bytes),
      left: () => this.#writer.flush(),
      closed: () => {
        this.#writer.stop();
        user.closed(this);
      },
    });
    this.#writer = createRecordWriter({
      capacity: limits.tls.recordBytes,
      buffered: () => this.#carrier.bufferedAmount,
      highWater: limits.tls.streamHighWater,
      send: (record) => {
        user.sent(record.byteLength);
        this.#carrier.send(record);
      },
      pull: (into) => this.isCurrent && user.pull(into),
    });
  }

  /** What is to be sent goes over it. */
  isCurrent = false;

  wake(): void {
    this.#writer.wake();
  }

  /** Nothing more goes over it, nor comes. */
  detach(): void {
    this.#writer.stop();
    this.#carrier.close();
  }

  #receive(bytes: Uint8Array): void {
    this.#user.received(bytes.byteLength);
    const reader = new FrameReader(bytes);
    for (let frame = reader.next(); frame; frame = reader.next()) {
      if (!isStreamFrame(frame) && !isBodyFrame(frame))
        throw new LanpeerError('ERR_PROTOCOL', 'A frame of a link came among those of streams.');
      this.#user.receive(frame, this);
    }
  }
}
