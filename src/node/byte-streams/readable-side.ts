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
    // Not at once: what came with the same read of the socket goes to the program in one piece.
    return new Promise<void>((resolve) => {
      this.#pulled = resolve;
    }).then(() => {
      // A reader that has let go does not read: what it left is for the next one.
      if (!this.#isOver && this.readable.locked) this.#take();
    });
  }

  #continue(): void {
    this.#pulled?.();
    this.#pulled = undefined;
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
    try {
      this.#controller?.close();
      // A read into memory of the program's waits for an answer of its own (WHATWG Streams, section 4.7.3).
      this.#controller?.byobRequest?.respond(0);
    } catch {
      // The end is within an element of a typed array that the program reads into: that has errored the readable.
    }
    this.#continue();
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#over();
  }
}
