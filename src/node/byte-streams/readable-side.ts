import { type ReadableByteStreamController, ReadableStream } from 'node:stream/web';
import type { LanpeerError } from '../../errors.ts';
import type { IncomingBytes } from '../../protocol/byte-stream/incoming.ts';

/** The direction of a stream that this program reads, as a readable byte stream. */
export class ReadableSide {
  readonly readable: ReadableStream<Uint8Array>;
  readonly #incoming: IncomingBytes;
  readonly #over: () => void;
  #controller: ReadableByteStreamController | undefined;
  /** Resolves a pull that waits for bytes. */
  #pulled: (() => void) | undefined;
  #isOver = false;

  /**
   * @param cancelled The program does not want more.
   * @param over Called once, when nothing more is to be read.
   */
  constructor(incoming: IncomingBytes, cancelled: (reason: unknown) => void, over: () => void) {
    this.#incoming = incoming;
    this.#over = over;
    this.readable = new ReadableStream({
      type: 'bytes',
      start: (controller: ReadableByteStreamController) => {
        this.#controller = controller;
      },
      pull: () => this.#pull(),
      cancel: (reason) => {
        cancelled(reason);
        this.#end();
      },
    });
  }

  /** Something came, or the end. */
  wake(): void {
    if (this.#isOver) return;
    if (this.#incoming.isAtEnd) this.#close();
    else this.#continue();
  }

  error(error: LanpeerError): void {
    if (this.#isOver) return;
    this.#end();
    this.#controller?.error(error);
    this.#continue();
  }

  /** Undefined where there is something at once. */
  #pull(): Promise<void> | undefined {
    if (this.#isOver || this.#take()) return undefined;
    return new Promise((resolve) => {
      this.#pulled = () => {
        if (!this.#isOver) this.#take();
        resolve();
      };
    });
  }

  /** Not at once: what came with the same read of the socket goes to the program in one piece. */
  #continue(): void {
    const pulled = this.#pulled;
    if (!pulled) return;
    this.#pulled = undefined;
    queueMicrotask(pulled);
  }

  #take(): boolean {
    const bytes = this.#incoming.take();
    if (bytes) this.#controller?.enqueue(bytes);
    if (this.#incoming.isAtEnd) this.#close();
    return bytes !== undefined;
  }

  #close(): void {
    if (this.#isOver) return;
    this.#end();
    this.#controller?.close();
    // A read into memory of the program's waits for an answer of its own (WHATWG Streams, section 4.7.3).
    this.#controller?.byobRequest?.respond(0);
    this.#continue();
  }

  #end(): void {
    this.#isOver = true;
    this.#over();
  }
}
