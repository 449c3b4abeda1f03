import { limits } from '../../limits.ts';

const { roomAfter } = limits.messages;
const mostChunkBytes = 262_144;

const allocate = (size: number): Uint8Array => new Uint8Array(Buffer.allocUnsafeSlow(size).buffer);

interface Chunk {
  readonly bytes: Uint8Array;
  length: number;
}

/**
 * Bytes that come in parts. Memory grows with what came: in chunks at first, of twice that at most, and for all of them
 * once `limits.messages.roomAfter` of them came. Chunks are moved there a few at a time, so that nothing waits for a
 * large copy.
 */
export class GrowingBytes {
  /** How many there will be. It may be lowered while they are in chunks. */
  limit: number;
  #length = 0;
  /** Those that are not moved. Only the last of them may have room. */
  readonly #chunks: Chunk[] = [];
  /** Bytes that fit into the chunks. */
  #capacity = 0;
  #whole: Uint8Array | undefined;
  #moved = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  get length(): number {
    return this.#length;
  }

  /** True once there is memory for all of them. */
  get hasWhole(): boolean {
    return this.#whole !== undefined;
  }

  /** Bytes of memory that {@link reserve} would take, with that limit. */
  roomFor(bytes: number, limit = this.limit): number {
    const needed = this.#length + bytes;
    if (this.#whole || bytes === 0) return 0;
    // Chunks may have more than that since the limit was lowered.
    if (needed >= limit * roomAfter) return Math.max(0, limit - this.#capacity);
    if (needed <= this.#capacity) return 0;
    return Math.min(Math.max(needed, this.#capacity + Math.min(this.#length, mostChunkBytes)), limit) - this.#capacity;
  }

  /** Takes memory for so many bytes more. */
  reserve(bytes: number): void {
    if (this.#whole || bytes === 0) return;
    if (this.#length + bytes >= this.limit * roomAfter) {
      this.#whole = allocate(this.limit);
      return;
    }
    const room = this.roomFor(bytes);
    if (room === 0) return;
    this.#chunks.push({ bytes: allocate(room), length: 0 });
    this.#capacity += room;
  }

  /** Room for it was reserved. */
  add(part: Uint8Array): void {
    if (this.#whole) {
      this.#whole.set(part, this.#length);
      this.#move(2 * part.byteLength);
    } else this.#fill(part);
    this.#length += part.byteLength;
  }

  /** All of them, when there are as many as there will be. */
  take(): Uint8Array {
    this.#move(this.limit);
    return this.#whole ?? new Uint8Array();
  }

  #fill(part: Uint8Array): void {
    let at = 0;
    for (const chunk of this.#chunks.slice(-2)) {
      const piece = part.subarray(at, at + chunk.bytes.byteLength - chunk.length);
      chunk.bytes.set(piece, chunk.length);
      chunk.length += piece.byteLength;
      at += piece.byteLength;
    }
  }

  /** So many bytes at least, if so many are in chunks. */
  #move(bytes: number): void {
    for (let left = bytes; left > 0; ) {
      const chunk = this.#chunks.shift();
      if (!chunk) return;
      this.#whole?.set(chunk.bytes.subarray(0, chunk.length), this.#moved);
      this.#moved += chunk.length;
      left -= chunk.length;
    }
  }
}
