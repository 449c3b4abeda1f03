import { asLanpeerError, LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { MemoryShares } from '../../protocol/message-session/memory-shares.ts';
import type { Payload } from '../../protocol/payload.ts';
import { createQueue } from '../../util/queue.ts';
import { ownBytes } from './copy-bytes.ts';

export interface ArrivalOrderDeps {
  /** Throws where it is not to be received. */
  readonly deliver: (payload: Payload, handled: () => void) => void;
  /**
   * A message was refused after its place in the order was acknowledged. What waited behind it is dropped: were they
   * delivered, their sender would take each for the one before it.
   */
  readonly broken: (error: LanpeerError) => void;
  /** Memory of messages that wait. */
  readonly memory: HeldMemory;
}

export interface HeldMemory {
  /** False where it does not fit. */
  acquire(bytes: number): boolean;
  release(bytes: number): void;
}

/** What messages of one peer that wait hold of the memory of all. */
export const heldMemoryOf = (shares: MemoryShares, peer: string): HeldMemory => ({
  acquire: (bytes) => shares.acquire(peer, bytes),
  release: (bytes) => shares.release(peer, bytes),
});

interface Entry {
  /** Undefined: it comes later. */
  payload: Payload | undefined;
  readonly handled: () => void;
}

const { aheadBytes, inbound, overheadBytes } = limits.messages;

/** Session messages, some of which come later than those behind them: they are delivered in the order of their places. */
export class ArrivalOrder {
  readonly #deps: ArrivalOrderDeps;
  readonly #entries = createQueue<Entry>();
  /** Bytes of those that wait. */
  #bytes = 0;

  constructor(deps: ArrivalOrderDeps) {
    this.#deps = deps;
  }

  /** Messages that are expected, or wait for one that is. */
  get size(): number {
    return this.#entries.size;
  }

  /** A message has its place here. Throws as {@link receive}. */
  expect(handled: () => void): void {
    this.#hold({ payload: undefined, handled }, 0);
  }

  /**
   * Delivers it once those in front of it are. Throws what `deliver` throws; {@link LanpeerError} `ERR_BUSY` where there is
   * no room for one that waits, and `ERR_PROTOCOL` where too many do.
   */
  receive(payload: Payload, handled: () => void): void {
    if (this.size === 0) this.#deps.deliver(payload, handled);
    else this.#hold({ payload: ownBytes(payload), handled }, payload.byteLength);
  }

  /** The first that is expected came. Throws {@link LanpeerError} `ERR_PROTOCOL` where none is. */
  arrive(payload: Payload): void {
    const first = this.#entries.shift();
    if (!first) throw new LanpeerError('ERR_PROTOCOL', 'A message came that was not expected.');
    // What waits behind it waits for the next one that is expected.
    this.#deps.memory.release(overheadBytes);
    if (this.#deliver(payload, first.handled)) this.#deliverReady();
  }

  /** Nothing more comes of what is expected: what waits for it is dropped. */
  clear(): void {
    for (const { payload } of this.#entries.drain()) this.#release(payload?.byteLength ?? 0);
  }

  #deliverReady(): void {
    for (let next = this.#entries.at(0); next?.payload; next = this.#entries.at(0)) {
      this.#entries.shift();
      this.#release(next.payload.byteLength);
      if (!this.#deliver(next.payload, next.handled)) return;
    }
  }

  #deliver(payload: Payload, handled: () => void): boolean {
    try {
      this.#deps.deliver(payload, handled);
      return true;
    } catch (thrown) {
      this.clear();
      this.#deps.broken(asLanpeerError(thrown, 'ERR_INTERNAL'));
      return false;
    }
  }

  #hold(entry: Entry, bytes: number): void {
    // More than that is not sent ahead of the one in front, which is longer than the last of these.
    if (this.size >= inbound || this.#bytes + bytes > aheadBytes)
      throw new LanpeerError('ERR_PROTOCOL', 'The other end sends more than its window allows.');
    if (!this.#deps.memory.acquire(bytes + overheadBytes))
      throw new LanpeerError('ERR_BUSY', 'The messages of all peers that wait leave no room for it.');
    this.#bytes += bytes;
    this.#entries.push(entry);
  }

  #release(bytes: number): void {
    this.#bytes -= bytes;
    this.#deps.memory.release(bytes + overheadBytes);
  }
}
