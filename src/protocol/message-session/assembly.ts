import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { Body, MessageKind } from '../frame-types.ts';

/** A message whose parts are all there. */
export interface Whole {
  readonly of: MessageKind;
  readonly payload: Uint8Array;
}

/** Where the memory of unfinished messages comes from. */
export interface AssemblyRoom {
  /** So many bytes in all are to come; negative: they came, or will not. Before anything is taken for them. */
  expect(bytes: number): void;
  acquire(bytes: number): boolean;
  release(bytes: number): void;
  /** A part of so many bytes was taken. */
  came(bytes: number): void;
  /** A part was not, for a reason that is not the peer's. */
  refused(): void;
}

interface Partial {
  readonly of: MessageKind;
  readonly total: number;
  /** Grows with what came, not with what was announced: to eight times that at most. */
  store: Uint8Array;
  length: number;
  dropped: boolean;
}

export interface AssembliesOptions {
  /** Length in all of unfinished messages, in bytes. */
  readonly most: number;
  /** Bytes of a message that are there, each time that there are more. */
  readonly progress?: (slot: number, received: number, total: number) => void;
  /** Asked before a message is complete; throws if it may not be. */
  readonly admit?: (of: MessageKind, bytes: number) => void;
  readonly room?: AssemblyRoom;
  /** What finds no room is dropped, and the rest of it as it comes. */
  readonly mayDrop?: boolean;
}

const nothing = (): void => undefined;
const unlimited: AssemblyRoom = {
  expect: nothing,
  acquire: () => true,
  release: nothing,
  came: nothing,
  refused: nothing,
};

/** Messages that come in parts, by slot. */
export class Assemblies {
  readonly #options: Required<AssembliesOptions>;
  readonly #partials = new Map<number, Partial>();
  #bytes = 0;

  constructor({ most, progress = nothing, admit = nothing, room = unlimited, mayDrop = false }: AssembliesOptions) {
    this.#options = { most, progress, admit, room, mayDrop };
  }

  /** Length in all of the messages that are not complete. */
  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#partials.size;
  }

  /**
   * The message that this part completes. Throws {@link LanpeerError} `ERR_PROTOCOL`, `ERR_BUSY` where there is no room,
   * and what `admit` throws; the part is not taken then.
   */
  receive(body: Exclude<Body, { kind: 'whole' }>): Whole | undefined {
    const { slot, payload } = body;
    const partial = body.kind === 'first' ? this.#begin(body) : this.#partials.get(slot);
    if (!partial) throw new LanpeerError('ERR_PROTOCOL', 'A part of a message came without its beginning.');
    if (body.kind === 'first') this.#addFirst(partial, slot, payload);
    else this.#add(partial, payload);
    if (!partial.dropped) this.#options.progress(slot, partial.length, partial.total);
    if (partial.length < partial.total) return undefined;
    this.#partials.delete(slot);
    this.#bytes -= partial.total;
    this.#leave(partial);
    return partial.dropped ? undefined : { of: partial.of, payload: partial.store };
  }

  clear(): void {
    for (const partial of this.#partials.values()) this.#leave(partial);
    this.#partials.clear();
    this.#bytes = 0;
  }

  #begin({ slot, of, total }: Extract<Body, { kind: 'first' }>): Partial {
    const { partials } = limits.messages;
    if (this.#partials.has(slot) || total > this.#options.most - this.#bytes || this.#partials.size >= partials)
      throw new LanpeerError('ERR_PROTOCOL', 'The other end begins more messages than it may.');
    return { of, total, store: new Uint8Array(0), length: 0, dropped: false };
  }

  #addFirst(partial: Partial, slot: number, part: Uint8Array): void {
    const { room } = this.#options;
    room.expect(partial.total);
    try {
      this.#add(partial, part);
    } catch (thrown) {
      room.expect(-partial.total);
      throw thrown;
    }
    this.#partials.set(slot, partial);
    this.#bytes += partial.total;
  }

  #add(partial: Partial, part: Uint8Array): void {
    const { store, length, total } = partial;
    const needed = length + part.byteLength;
    if (needed > total) throw new LanpeerError('ERR_PROTOCOL', 'A message is longer than was announced.');
    if (needed < total && part.byteLength < limits.messages.leastFragmentBytes)
      throw new LanpeerError('ERR_PROTOCOL', 'The fragments of a message are undersized.');
    if (needed === total && !partial.dropped) this.#askFor(partial);
    if (needed > store.byteLength && !partial.dropped) this.#makeRoom(partial, needed);
    if (!partial.dropped) partial.store.set(part, length);
    partial.length = needed;
    this.#options.room.came(part.byteLength);
  }

  #askFor({ of, total }: Partial): void {
    const { admit, room } = this.#options;
    try {
      admit(of, total);
    } catch (thrown) {
      room.refused();
      throw thrown;
    }
  }

  /** For so much of it at least. Where there is none, it is dropped if it may be. */
  #makeRoom(partial: Partial, needed: number): void {
    const { store, total } = partial;
    const { room, mayDrop } = this.#options;
    // The whole room early: doubled to the end, all that came would be copied over and over.
    const whole = needed >= total * limits.messages.roomAfter;
    if (this.#grow(partial, whole ? total : Math.max(needed, store.byteLength * 2))) return;
    if (!mayDrop) throw new LanpeerError('ERR_BUSY', 'There is no room for more unfinished messages.');
    room.release(store.byteLength);
    room.expect(-total);
    partial.store = new Uint8Array(0);
    partial.dropped = true;
  }

  /** False where there is no room for so much of it. */
  #grow(partial: Partial, size: number): boolean {
    const { store, length } = partial;
    if (!this.#options.room.acquire(size - store.byteLength)) return false;
    partial.store = new Uint8Array(size);
    partial.store.set(store.subarray(0, length));
    return true;
  }

  #leave({ store, total, dropped }: Partial): void {
    const { room } = this.#options;
    if (dropped) return;
    room.release(store.byteLength);
    room.expect(-total);
  }
}
