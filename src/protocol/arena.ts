const blockBytes = 8_192;
/** Larger ones have memory of their own. */
const mostBytes = 1_024;

/**
 * Memory of small byte arrays that are let go of in the order in which they were made: they share blocks, since an
 * `ArrayBuffer` for each costs ten times as much as all else about it. A block is there until the last of its arrays is
 * not, so that whatever can stay behind has an arena of its own.
 */
export class Arena {
  #block: Buffer | undefined;
  #used = 0;

  /** A copy of the first bytes of these; undefined where they are too many. */
  copy(bytes: Buffer, length: number): Uint8Array | undefined {
    if (length > mostBytes) return undefined;
    if (!this.#block || length > blockBytes - this.#used) {
      this.#block = Buffer.allocUnsafeSlow(blockBytes);
      this.#used = 0;
    }
    const from = this.#used;
    this.#used += length;
    bytes.copy(this.#block, from, 0, length);
    return new Uint8Array(this.#block.buffer, from, length);
  }

  /** None of its arrays is used any more. */
  clear(): void {
    this.#block = undefined;
  }
}
