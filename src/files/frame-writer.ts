import type { WritableStream, WritableStreamDefaultWriter } from 'node:stream/web';

const bufferBytes = 65_536;

/** Writes frames to a byte stream; short ones together. One caller at a time. */
export class FrameWriter {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #buffer = Buffer.allocUnsafeSlow(bufferBytes);
  #at = 0;

  constructor(writable: WritableStream<Uint8Array>) {
    this.#writer = writable.getWriter();
    // A write tells it.
    this.#writer.closed.catch(() => undefined);
  }

  /** Takes the bytes: they are the caller's again when it resolves. What is short goes with the next {@link flush}. */
  async write(bytes: Uint8Array): Promise<void> {
    if (bytes.byteLength > bufferBytes - this.#at) await this.flush();
    if (bytes.byteLength > bufferBytes / 2) {
      await this.flush();
      await this.#writer.write(bytes);
      return;
    }
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.byteLength;
  }

  async flush(): Promise<void> {
    if (this.#at === 0) return;
    const bytes = this.#buffer.subarray(0, this.#at);
    await this.#writer.write(bytes);
    this.#at = 0;
  }

  /** Resolves when the other program has read all of it. */
  async close(): Promise<void> {
    await this.flush();
    await this.#writer.close();
  }
}
