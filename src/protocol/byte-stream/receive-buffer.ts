import { limits } from '../../limits.ts';
import { createQueue } from '../../util/queue.ts';

const { blockBytes, smallBlockBytes } = limits.streams;

interface Block {
  readonly bytes: Uint8Array;
  filled: number;
}

/** What stands in front of the bytes in the largest record: heads of a WebSocket frame, of a carrier and of a frame. */
const headBytes = 48;

/** Nothing else is in that memory: neither in front of these bytes, nor behind them. */
const isAlone = ({ buffer, byteOffset, byteLength }: Uint8Array): boolean =>
  byteLength >= smallBlockBytes && byteOffset <= headBytes && byteOffset + byteLength === buffer.byteLength;

/** What came of one direction of a stream and was not read. Short parts share a block, so that each costs its bytes. */
export class ReceiveBuffer {
  readonly #blocks = createQueue<Block>();
  #last: Block | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Takes them over where they are alone in their memory, else copies them. */
  push(bytes: Uint8Array): void {
    this.#size += bytes.byteLength;
    if (isAlone(bytes)) {
      this.#blocks.push({ bytes, filled: bytes.byteLength });
      this.#last = undefined;
      return;
    }
    for (let done = 0; done < bytes.byteLength; ) {
      const block = this.#writable(bytes.byteLength - done);
      const part = Math.min(bytes.byteLength - done, block.bytes.byteLength - block.filled);
      block.bytes.set(bytes.subarray(done, done + part), block.filled);
      block.filled += part;
      done += part;
    }
  }

  /** The next bytes, in memory of their own; undefined if there are none. */
  shift(): Uint8Array<ArrayBuffer> | undefined {
    const block = this.#blocks.shift();
    if (!block) return undefined;
    if (this.#last === block) this.#last = undefined;
    this.#size -= block.filled;
    // A program that keeps what it read would keep the whole block with it: of one byte 4 KiB.
    if (block.filled < block.bytes.byteLength / 2) return Uint8Array.from(block.bytes.subarray(0, block.filled));
    const { buffer, byteOffset } = block.bytes;
    return new Uint8Array(buffer as ArrayBuffer, byteOffset, block.filled);
  }

  clear(): void {
    this.#blocks.drain();
    this.#last = undefined;
    this.#size = 0;
  }

  #writable(bytes: number): Block {
    const last = this.#last;
    if (last && last.filled < last.bytes.byteLength) return last;
    const size = bytes + (last?.bytes.byteLength ?? 0) < smallBlockBytes ? smallBlockBytes : blockBytes;
    const block = { bytes: Buffer.allocUnsafeSlow(size), filled: 0 };
    this.#blocks.push(block);
    this.#last = block;
    return block;
  }
}
