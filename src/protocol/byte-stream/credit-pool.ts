import { limits } from '../../limits.ts';

/** Memory for bytes of streams, beyond the little that every stream has: of all peers, and of each. */
export interface CreditPool {
  /** What is left of the pool is taken, up to so much; returns how much that is. */
  take(bytes: number): number;
  giveBack(bytes: number): void;
}

/** A part of `parent` that never has more than `size` of it. */
export function createCreditPool(size: number, parent?: CreditPool): CreditPool {
  let left = size;
  return {
    take(bytes) {
      const wanted = Math.min(bytes, left);
      const taken = parent ? parent.take(wanted) : wanted;
      left -= taken;
      return taken;
    },
    giveBack(bytes) {
      left += bytes;
      parent?.giveBack(bytes);
    },
  };
}

const { leastWindowBytes, windowBytes, mostWindowBytes } = limits.streams;

/** How much of a stream its sender may send ahead of the reader: more for a reader that keeps up. */
export class CreditWindow {
  readonly #pool: CreditPool;
  readonly #most: number;
  #size: number;

  constructor(pool: CreditPool, most: number = mostWindowBytes) {
    this.#pool = pool;
    this.#most = most;
    this.#size = leastWindowBytes + pool.take(windowBytes - leastWindowBytes);
  }

  get size(): number {
    return this.#size;
  }

  /** Twice as much, as far as there is any; false if there is none. */
  grow(): boolean {
    const more = this.#pool.take(Math.min(this.#size, this.#most - this.#size));
    this.#size += more;
    return more > 0;
  }

  /** The stream needs none any more. Idempotent. */
  release(): void {
    this.#pool.giveBack(this.#size - leastWindowBytes);
    this.#size = leastWindowBytes;
  }
}
