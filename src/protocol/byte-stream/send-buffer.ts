import { limits } from '../../limits.ts';
import type { RecordBuffer } from '../record-buffer.ts';
import { acquireBlock, releaseBlock } from './blocks.ts';

const { blockBytes } = limits.streams;

/** What was written to one direction of a stream and is not known to have arrived, by offset. */
export class SendBuffer {
  readonly #blocks: Buffer[] = [];
  /** Offset of the first byte of the first block. */
  #origin = 0;
  #base = 0;
  #end = 0;

  /** Offset of the first byte that is kept. */
  get base(): number {
    return this.#base;
  }

  /** Offset behind the last one. */
  get end(): number {
    return this.#end;
  }

  /** Copies at most so many of them; returns how many bytes that were. */
  write(bytes: Uint8Array, room: number): number {
    const size = Math.min(bytes.byteLength, room);
    for (let done = 0; done < size; ) {
      const at = this.#end - this.#origin;
      const index = Math.floor(at / blockBytes);
      const block = this.#blocks[index] ?? this.#add();
      const from = at % blockBytes;
      const part = Math.min(size - done, blockBytes - from);
      block.set(bytes.subarray(done, done + part), from);
      done += part;
      this.#end += part;
    }
    return size;
  }

  /** Writes what is kept between two offsets. */
  copy(from: number, to: number, into: RecordBuffer): void {
    for (let at = from; at < to; ) {
      const index = Math.floor((at - this.#origin) / blockBytes);
      const start = (at - this.#origin) % blockBytes;
      const part = Math.min(to - at, blockBytes - start);
      const block = this.#blocks[index];
      if (!block) throw new RangeError('Those bytes are not kept.');
      into.bytes(block.subarray(start, start + part));
      at += part;
    }
  }

  /** All before that offset has arrived. */
  release(offset: number): void {
    this.#base = Math.max(this.#base, Math.min(offset, this.#end));
    while (this.#base - this.#origin >= blockBytes) this.#drop();
    if (this.#base !== this.#end) return;
    // Nothing is kept: neither is memory of a stream that is idle.
    while (this.#blocks.length > 0) this.#drop();
    this.#origin = this.#end;
  }

  #add(): Buffer {
    const block = acquireBlock();
    this.#blocks.push(block);
    return block;
  }

  #drop(): void {
    const block = this.#blocks.shift();
    if (block) releaseBlock(block);
    this.#origin += blockBytes;
  }
}
