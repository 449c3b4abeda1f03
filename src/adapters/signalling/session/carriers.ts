import { LanpeerError } from '../../../errors.ts';
import { limits } from '../../../limits.ts';
import {
  type Carrier,
  type CarrierListener,
  carrierHeader,
  formatCarried,
  parseCarried,
  streamGeneration,
  writeCarried,
} from '../../../protocol/carrier.ts';
import { acquireFrame, releaseFrame } from './frame-pool.ts';
import { UncarriedBytes } from './uncarried-bytes.ts';
import type { Wire } from './wire.ts';

/** Carriers that share one high water, by generation: those of all links, or that of byte streams. */
interface SendBuffer {
  readonly listeners: Map<number, CarrierListener>;
  /** Memory that their records hold which have not left. */
  bytes: number;
}

const noRecord = new Uint8Array();

/** What one session carries beside its messages: the records of links, by generation, and those of byte streams. */
export class Carriers {
  readonly #wire: Wire;
  readonly #notify: (call: () => void) => void;
  readonly #links: SendBuffer = { listeners: new Map(), bytes: 0 };
  readonly #streams: SendBuffer = { listeners: new Map(), bytes: 0 };
  readonly #uncarried = new UncarriedBytes();
  #frameBytes = 0;
  #hasEnded = false;

  /** @param notify Calls a listener, which may throw. */
  constructor(wire: Wire, notify: (call: () => void) => void) {
    this.#wire = wire;
    this.#notify = notify;
  }

  /** Bytes of frames that the wire has and that have not left. */
  get frameBytes(): number {
    return this.#frameBytes;
  }

  /** Carries the records of the link of that generation, or of byte streams with {@link streamGeneration}. */
  carry(generation: number, listener: CarrierListener): Carrier {
    const buffer = this.#bufferOf(generation);
    const { listeners } = buffer;
    listeners.set(generation, listener);
    const isCarried = (): boolean => listeners.get(generation) === listener;
    // Not within the call: the caller has no carrier yet.
    if (this.#hasEnded) queueMicrotask(() => isCarried() && this.#remove(generation));
    return {
      send: (record) => {
        if (isCarried()) this.#send(buffer, generation, record);
      },
      get bufferedAmount() {
        return buffer.bytes;
      },
      close: () => {
        if (!isCarried()) return;
        listeners.delete(generation);
        if (generation === streamGeneration) return;
        this.#uncarried.linkClosed();
        this.#write(Buffer.from(formatCarried({ generation, record: noRecord })), () => undefined);
      },
    };
  }

  /** A binary message came. False for one of a channel that this version does not know. Throws `ERR_PROTOCOL`. */
  receive(message: Uint8Array): boolean {
    const carried = parseCarried(message);
    if (!carried) return false;
    const { generation, record } = carried;
    const listener = this.#bufferOf(generation).listeners.get(generation);
    if (!listener) {
      if (!this.#uncarried.add(message.byteLength))
        throw new LanpeerError('ERR_PROTOCOL', 'The other end sends too much for links or streams that are not here.');
    } else if (record.byteLength > 0) listener.record(record);
    else this.#remove(generation);
    return true;
  }

  /** Something waits for the answer to a ping that was not sent yet. */
  get needsPing(): boolean {
    return this.#uncarried.needsPing;
  }

  /** A ping goes to the other end. */
  pinged(): void {
    this.#uncarried.pinged();
  }

  /** The other end answered a ping. */
  answered(): void {
    this.#uncarried.answered();
  }

  /** The session is over, and with it everything on it. */
  end(): void {
    this.#hasEnded = true;
    for (const { listeners } of [this.#links, this.#streams])
      for (const generation of [...listeners.keys()]) this.#remove(generation);
  }

  #bufferOf(generation: number): SendBuffer {
    return generation === streamGeneration ? this.#streams : this.#links;
  }

  #send(buffer: SendBuffer, generation: number, record: Uint8Array): void {
    const held = Math.max(record.byteLength, limits.tls.heldBytes);
    const frame = acquireFrame(carrierHeader + record.byteLength);
    writeCarried(frame, { generation, record });
    buffer.bytes += held;
    this.#write(frame, () => {
      releaseFrame(frame);
      buffer.bytes -= held;
      for (const listener of buffer.listeners.values()) this.#notify(() => listener.left());
    });
  }

  #write(frame: Buffer, onDrained: () => void): void {
    this.#frameBytes += frame.byteLength;
    this.#wire.sendBytes(frame, () => {
      this.#frameBytes -= frame.byteLength;
      onDrained();
    });
  }

  #remove(generation: number): void {
    const { listeners } = this.#bufferOf(generation);
    const listener = listeners.get(generation);
    listeners.delete(generation);
    if (listener) this.#notify(() => listener.closed());
  }
}
