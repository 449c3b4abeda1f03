import { WritableStream, type WritableStreamDefaultController } from 'node:stream/web';
import { isUint8Array } from 'node:util/types';
import type { LanpeerError } from '../../errors.ts';
import type { OutgoingBytes } from '../../protocol/byte-stream/outgoing.ts';

interface Waiting {
  resolve(): void;
  reject(error: unknown): void;
}

/** Bytes that wait in front of the stream before `ready` of a writer holds the program back. */
const highWaterMark = 65_536;

/** The direction of a stream that this program writes, as a writable stream of bytes. */
export class WritableSide {
  readonly writable: WritableStream<Uint8Array>;
  readonly #outgoing: OutgoingBytes;
  readonly #aborted: (reason: unknown) => void;
  readonly #over: () => void;
  #controller: WritableStreamDefaultController | undefined;
  /** A write that waits for room, and the close. */
  #room: Waiting | undefined;
  #closing: Waiting | undefined;
  #error: unknown;
  #isOver = false;

  /**
   * @param aborted The program gives up.
   * @param over Called once, when nothing more is to be written.
   */
  constructor(outgoing: OutgoingBytes, aborted: (reason: unknown) => void, over: () => void) {
    this.#outgoing = outgoing;
    this.#aborted = aborted;
    this.#over = over;
    this.writable = new WritableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
          // Of its own accord it calls `abort` only when the write that waits has settled, and for a close never.
          const { signal } = controller as WritableStreamDefaultController & { readonly signal: AbortSignal };
          signal.addEventListener('abort', () => this.#giveUp(signal.reason), { once: true });
        },
        write: (bytes) => this.#write(bytes),
        close: () => this.#close(),
        abort: (reason) => this.#giveUp(reason),
      },
      // What it throws would end the stream here alone.
      { highWaterMark, size: (bytes) => (isUint8Array(bytes) ? bytes.byteLength : 1) },
    );
  }

  /** There is room again. */
  wake(): void {
    this.#room?.resolve();
  }

  /** The other program has read everything. */
  read(): void {
    this.#end();
    this.#closing?.resolve();
  }

  error(error: LanpeerError): void {
    if (this.#isOver) return;
    this.#end();
    this.#controller?.error(error);
    this.#fail(error);
  }

  /** Undefined where all was taken at once. */
  #write(bytes: unknown): Promise<void> | undefined {
    if (!isUint8Array(bytes)) throw this.#refuse('A stream to a peer takes chunks of Uint8Array.');
    const taken = this.#outgoing.write(bytes);
    return taken === bytes.byteLength ? undefined : this.#writeRest(bytes, taken);
  }

  async #writeRest(bytes: Uint8Array, taken: number): Promise<void> {
    const { byteLength } = bytes;
    for (let done = taken; done < byteLength; ) {
      await this.#wait((waiting) => {
        this.#room = waiting;
      });
      // Its memory was transferred, or made shorter.
      if (bytes.byteLength !== byteLength) throw this.#refuse('A chunk changed its length while it was written.');
      done += this.#outgoing.write(bytes.subarray(done));
    }
  }

  /** A write that throws errors the writable, which calls nothing then: the other side has to learn it from here. */
  #refuse(message: string): TypeError {
    const error = new TypeError(message);
    this.#giveUp(error);
    return error;
  }

  #close(): Promise<void> {
    this.#outgoing.finish();
    if (this.#isOver) return Promise.resolve();
    return this.#wait((waiting) => {
      this.#closing = waiting;
    });
  }

  #wait(keep: (waiting: Waiting) => void): Promise<void> {
    if (this.#error !== undefined) return Promise.reject(this.#error);
    return new Promise((resolve, reject) => keep({ resolve, reject }));
  }

  /** The program ends it before its end. */
  #giveUp(reason: unknown): void {
    if (!this.#isOver) this.#aborted(reason);
    this.#end();
    this.#fail(reason);
  }

  #fail(error: unknown): void {
    this.#error = error;
    this.#room?.reject(error);
    this.#closing?.reject(error);
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#over();
  }
}
