import type { Clock } from '../../environment.ts';
import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { Frame, Hello } from '../../protocol/frame-types.ts';
import { controlBytes, writeControl } from '../../protocol/frames.ts';
import { createRecordBuffer } from '../../protocol/record-buffer.ts';
import type { RecordWriter } from './record-writer.ts';

export interface HandshakeDeps {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly writer: Pick<RecordWriter, 'write' | 'flush'>;
  /** Both sides heard each other. */
  readonly opened: () => void;
  /** The other side has opened it too: something came that it sends on an open link only. */
  readonly used: () => void;
}

/** Frames that a side sends, or answers with, before it has opened the link. */
const openings: readonly Frame['kind'][] = ['hello', 'ready', 'pong'];

/** How a link opens: each side says hello, and answers the hello of the other with ready. */
export class Handshake {
  readonly #deps: HandshakeDeps;
  #hello: Hello | undefined;
  #hasGreeted = false;
  #isReady = false;
  #isOpen = false;
  #isUsed = false;
  /** When that was sent which the other side's readiness answers. */
  #askedAt = 0;

  constructor(deps: HandshakeDeps) {
    this.#deps = deps;
  }

  /** What the other side said first; undefined before it did. */
  get hello(): Hello | undefined {
    return this.#hello;
  }

  /** True once this side has said hello. */
  get hasGreeted(): boolean {
    return this.#hasGreeted;
  }

  /** True once both sides heard each other. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** True once the other side has opened the link too. */
  get isUsed(): boolean {
    return this.#isUsed;
  }

  /** The transport is open: this side says what it has. */
  greet(hello: Hello): void {
    const { writer } = this.#deps;
    this.#noteGreeted();
    writer.write({ kind: 'hello', ...hello });
    writer.flush();
  }

  /** The same before the transport is open: the frames of a record that goes there with its offer. */
  greetFirst(hello: Hello): Uint8Array {
    this.#noteGreeted();
    const record = createRecordBuffer(controlBytes.hello);
    writeControl(record, { kind: 'hello', ...hello });
    return record.view();
  }

  /** Throws {@link LanpeerError} `ERR_PROTOCOL` for a second one. */
  receiveHello(hello: Hello): void {
    if (this.#hello) throw new LanpeerError('ERR_PROTOCOL', 'A link is greeted once.');
    this.#hello = hello;
    const { writer } = this.#deps;
    writer.write({ kind: 'ready' });
    writer.flush();
    this.#openIfBoth();
  }

  receiveReady(): void {
    this.#isReady = true;
    this.#openIfBoth();
  }

  /** A frame of that kind came, and is about to be handled. */
  noteFrame(kind: Frame['kind']): void {
    if (this.#isUsed || !this.#isOpen || openings.includes(kind)) return;
    this.#isUsed = true;
    this.#deps.used();
  }

  #noteGreeted(): void {
    this.#hasGreeted = true;
    this.#askedAt = this.#deps.clock.monotonic();
  }

  /** What was on its way all the time that makes a link silent proves nothing of now: asks once more. */
  #openIfBoth(): void {
    if (this.#isOpen || !this.#hello || !this.#isReady) return;
    const { clock, writer, opened } = this.#deps;
    const now = clock.monotonic();
    if (now - this.#askedAt > limits.link.downMs) {
      this.#isReady = false;
      this.#askedAt = now;
      writer.write({ kind: 'ping', no: 0 });
      writer.flush();
      return;
    }
    this.#isOpen = true;
    opened();
  }
}
