import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { Body, MessageKind } from '../frame-types.ts';
import type { Payload } from '../payload.ts';
import { PartialMessage } from './partial-message.ts';

/** A message whose parts are all there. */
export interface Whole {
  readonly of: MessageKind;
  readonly payload: Payload;
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
  readonly #partials = new Map<number, PartialMessage>();
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
    if (!partial.isDropped) this.#options.progress(slot, partial.length, partial.total);
    if (partial.length < partial.total) return undefined;
    this.#partials.delete(slot);
    this.#bytes -= partial.total;
    this.#leave(partial);
    return partial.isDropped ? undefined : { of: partial.of, payload: partial.payload() };
  }

  clear(): void {
    for (const partial of this.#partials.values()) this.#leave(partial);
    this.#partials.clear();
    this.#bytes = 0;
  }

  #begin({ slot, of, total }: Extract<Body, { kind: 'first' }>): PartialMessage {
    const { partials } = limits.messages;
    if (this.#partials.has(slot) || total > this.#options.most - this.#bytes || this.#partials.size >= partials)
      throw new LanpeerError('ERR_PROTOCOL', 'The other end begins more messages than it may.');
    return new PartialMessage(of, total);
  }

  #addFirst(partial: PartialMessage, slot: number, part: Uint8Array): void {
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

  #add(partial: PartialMessage, part: Uint8Array): void {
    const { length, total } = partial;
    const needed = length + part.byteLength;
    if (needed > total) throw new LanpeerError('ERR_PROTOCOL', 'A message is longer than was announced.');
    if (needed < total && part.byteLength < limits.messages.leastFragmentBytes)
      throw new LanpeerError('ERR_PROTOCOL', 'The fragments of a message are undersized.');
    if (needed === total && !partial.isDropped) this.#askFor(partial);
    this.#take(partial, part);
    this.#options.room.came(part.byteLength);
  }

  #askFor({ of, total }: PartialMessage): void {
    const { admit, room } = this.#options;
    try {
      admit(of, total);
    } catch (thrown) {
      room.refused();
      throw thrown;
    }
  }

  /** Where there is no room for it, the message is dropped if it may be. */
  #take(partial: PartialMessage, part: Uint8Array): void {
    const { room, mayDrop } = this.#options;
    if (!partial.isDropped && !partial.add(part, room.acquire)) {
      if (!mayDrop) throw new LanpeerError('ERR_BUSY', 'There is no room for more unfinished messages.');
      this.#leave(partial);
      partial.drop();
    }
    if (partial.isDropped) partial.skip(part.byteLength);
  }

  #leave({ held, total, isDropped }: PartialMessage): void {
    const { room } = this.#options;
    if (isDropped) return;
    room.release(held);
    room.expect(-total);
  }
}
