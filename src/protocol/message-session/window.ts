import { createListeners } from '../../util/listener-set.ts';

/** Bytes that the windows of all peers share. */
export interface Pool {
  acquire(bytes: number): boolean;
  release(bytes: number): void;
  /** Called after bytes were given back. Returns the function that takes it off. */
  onRoom(listener: () => void): () => void;
  readonly used: number;
}

export function createPool(size: number): Pool {
  const listeners = createListeners<[]>();
  let used = 0;
  return {
    acquire(bytes) {
      if (used + bytes > size) return false;
      used += bytes;
      return true;
    },
    release(bytes) {
      used -= bytes;
      if (bytes > 0) listeners.call();
    },
    onRoom: (listener) => listeners.add(listener),
    get used() {
      return used;
    },
  };
}

/** Room for messages that were accepted and have no outcome yet. */
export interface Window {
  acquire(bytes: number): boolean;
  release(bytes: number): void;
  readonly count: number;
  readonly bytes: number;
}

export interface WindowOptions {
  readonly count: number;
  readonly bytes: number;
  /** What goes over `reserve` comes out of the pool; without a pool nothing does. */
  readonly pool?: Pool;
  readonly reserve?: number;
}

export function createWindow({ count: most, bytes: size, pool, reserve = 0 }: WindowOptions): Window {
  let count = 0;
  let bytes = 0;
  const fromPool = (total: number): number => Math.max(0, total - reserve);
  return {
    acquire(added) {
      if (count >= most || (count > 0 && bytes + added > size)) return false;
      if (pool && !pool.acquire(fromPool(bytes + added) - fromPool(bytes))) return false;
      count += 1;
      bytes += added;
      return true;
    },
    release(taken) {
      const before = fromPool(bytes);
      count -= 1;
      bytes -= taken;
      pool?.release(before - fromPool(bytes));
    },
    get count() {
      return count;
    },
    get bytes() {
      return bytes;
    },
  };
}
