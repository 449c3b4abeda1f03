import { limits } from '../../limits.ts';

/** Memory that all peers share: a peer may hold as much of it as is left (Choudhury and Hahne, dynamic queue thresholds). */
export interface MemoryShares {
  fits(peer: string, bytes: number): boolean;
  /** False where it does not fit. */
  acquire(peer: string, bytes: number): boolean;
  /** For what is there already: it counts, whether it fits or not. */
  add(peer: string, bytes: number): void;
  release(peer: string, bytes: number): void;
  readonly used: number;
}

const { reserveBytes } = limits.messages;

/**
 * One peer alone gets half, and a newcomer always finds as much as the greediest has. Beside that each peer has a small
 * reserve of its own, so that the small messages of a peer never wait for what others hold.
 */
export function createMemoryShares(size: number): MemoryShares {
  const held = new Map<string, number>();
  /** Without the reserves. */
  let used = 0;
  const over = (bytes: number): number => Math.max(0, bytes - reserveBytes);

  /** Bytes that come out of what is shared. */
  function change(peer: string, bytes: number): number {
    const now = held.get(peer);
    // Identities are for nothing: not each of them brings a reserve.
    if (now === undefined && held.size >= limits.peers.max) return bytes;
    return over((now ?? 0) + bytes) - over(now ?? 0);
  }

  function fits(peer: string, bytes: number): boolean {
    const more = change(peer, bytes);
    return more === 0 || over(held.get(peer) ?? 0) + more <= size - used - more;
  }

  function set(peer: string, bytes: number): void {
    used += over(bytes) - over(held.get(peer) ?? 0);
    if (bytes > 0) held.set(peer, bytes);
    else held.delete(peer);
  }

  const add = (peer: string, bytes: number): void => set(peer, (held.get(peer) ?? 0) + bytes);

  return {
    fits,
    acquire(peer, bytes) {
      if (!fits(peer, bytes)) return false;
      add(peer, bytes);
      return true;
    },
    add,
    release: (peer, bytes) => set(peer, (held.get(peer) ?? 0) - bytes),
    get used() {
      return used;
    },
  };
}
