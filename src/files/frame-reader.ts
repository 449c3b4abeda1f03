import type { ReadableStream, ReadableStreamDefaultReader } from 'node:stream/web';
import { decodeHead, type FrameHead, headBytes, refuse } from './frames.ts';

/** Reads frames from a byte stream, into memory of the caller's. */
export class FrameReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #head = new Uint8Array(headBytes);
  /** What was read and not taken. */
  #rest = new Uint8Array();

  constructor(readable: ReadableStream<Uint8Array>) {
    this.#reader = readable.getReader();
  }

  /** The head of the next frame; undefined at the end. Rejects with `ERR_OFFER`, or as the stream does. */
  async next(): Promise<FrameHead | undefined> {
    if (this.#rest.byteLength === 0 && !(await this.#more())) return undefined;
    await this.fill(this.#head);
    return decodeHead(this.#head);
  }

  /** Fills that memory. Rejects with `ERR_OFFER` where the stream ends before. */
  async fill(into: Uint8Array): Promise<void> {
    for (let at = 0; at < into.byteLength; ) {
      if (this.#rest.byteLength === 0 && !(await this.#more())) throw refuse('ended in the middle of a frame');
      const part = this.#rest.subarray(0, into.byteLength - at);
      into.set(part, at);
      at += part.byteLength;
      this.#rest = this.#rest.subarray(part.byteLength);
    }
  }

  /** The body of a frame, in new memory. */
  async body(length: number): Promise<Uint8Array> {
    const body = new Uint8Array(length);
    await this.fill(body);
    return body;
  }

  async #more(): Promise<boolean> {
    const { value, done } = await this.#reader.read();
    if (done) return false;
    this.#rest = new Uint8Array(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength);
    return true;
  }
}
