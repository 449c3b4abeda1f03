import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { BodyHead, BodyPart, MessageKind } from '../frame-types.ts';
import { PartialMessage } from '../message-session/partial-message.ts';
import type { Payload } from '../payload.ts';
import type { RecordBuffer } from '../record-buffer.ts';
import { IncomingLane, type LaneUser } from './incoming-lane.ts';
import { callLanes, isLaneOf, isVolatileLane } from './lanes.ts';

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

/** A message that is whole; its memory counts until it is taken. */
export interface ArrivedBody {
  readonly of: MessageKind;
  readonly byteLength: number;
  take(): Payload;
  drop(): void;
}

export interface IncomingBodiesOptions {
  /** Largest message, in bytes. */
  readonly maxMessageBytes: number;
  /** Bytes of the n-th message that are there, each time that there are more. */
  readonly progress: (no: number, received: number, total: number) => void;
  /** Asked before a message but a volatile one is whole; throws if it may not be. */
  readonly admit: (of: MessageKind, bytes: number) => void;
  readonly room: AssemblyRoom;
  readonly arrived: (body: ArrivedBody) => void;
  /** There is something to say. */
  readonly wake: () => void;
}

const { aheadBytes, volatileBytes } = limits.messages;

const nothing = (): void => undefined;
export const unlimitedRoom: AssemblyRoom = {
  expect: nothing,
  acquire: () => true,
  release: nothing,
  came: nothing,
  refused: nothing,
};

/** Messages of one send stream that do not fit into a record, as they come. */
export class IncomingBodies implements LaneUser {
  readonly #options: IncomingBodiesOptions;
  readonly #lanes = new Map<number, IncomingLane>();
  readonly #numbers = new Map<PartialMessage, number>();
  #begun = 0;
  /** Length in all of what has begun and was not taken. */
  readonly #bytes = { numbered: 0, volatile: 0 };

  constructor(options: IncomingBodiesOptions) {
    this.#options = options;
  }

  /** Some are unfinished, or whole and not taken. */
  get isUnfinished(): boolean {
    return this.#bytes.numbered > 0;
  }

  get isDue(): boolean {
    for (const lane of this.#lanes.values()) if (lane.isDue) return true;
    return false;
  }

  /**
   * Throws {@link LanpeerError} `ERR_PROTOCOL`; `ERR_BUSY` where there is no room, and what `admit` throws: what came is
   * dropped then, and comes again after {@link retry}.
   */
  receive(frame: BodyPart): void {
    let lane = this.#lanes.get(frame.lane);
    if (!lane) {
      if (frame.lane > 2 * callLanes.length)
        throw new LanpeerError('ERR_PROTOCOL', 'A message went over an unknown lane.');
      lane = new IncomingLane(frame.lane, this);
      this.#lanes.set(frame.lane, lane);
    }
    lane.receive(frame);
  }

  retry(): void {
    for (const lane of this.#lanes.values()) lane.retry();
  }

  announce(): void {
    for (const lane of this.#lanes.values()) lane.announce();
  }

  pull(into: RecordBuffer): boolean {
    for (const lane of this.#lanes.values()) if (lane.isDue) return lane.pull(into);
    return false;
  }

  /** The link is gone: unfinished volatile messages with it. */
  dropVolatiles(): void {
    for (const [no, lane] of this.#lanes) if (isVolatileLane(no)) lane.drop();
  }

  /** Another stream begins, or none. */
  clear(): void {
    for (const lane of this.#lanes.values()) lane.drop();
    this.#lanes.clear();
    this.#numbers.clear();
  }

  begin(lane: number, { of, total }: BodyHead): PartialMessage {
    const { maxMessageBytes, room } = this.#options;
    if (!isLaneOf(lane, of) || total < 1)
      throw new LanpeerError('ERR_PROTOCOL', 'A message went over a lane of another kind.');
    if (total > maxMessageBytes)
      throw new LanpeerError('ERR_PROTOCOL', 'A message is longer than this node said it would take.');
    const partial = new PartialMessage(of, total);
    if (of === 'volatile' && total > volatileBytes - this.#bytes.volatile) {
      // Others of which the other side may have given up: it cannot know what is held here.
      partial.drop();
      return partial;
    }
    // One session message and as much again in calls, and those that wait for their place in the order.
    if (of !== 'volatile' && total > 2 * maxMessageBytes + aheadBytes - this.#bytes.numbered)
      throw new LanpeerError('ERR_PROTOCOL', 'The other end begins more messages than it may.');
    this.#bytes[countOf(of)] += total;
    room.expect(total);
    this.#begun += 1;
    this.#numbers.set(partial, this.#begun);
    return partial;
  }

  add(partial: PartialMessage, bytes: Uint8Array): void {
    const { of, total } = partial;
    const { room } = this.#options;
    if (partial.length + bytes.byteLength === total && !partial.isDropped && of !== 'volatile') this.#askFor(partial);
    if (!partial.isDropped && !partial.add(bytes, room.acquire)) {
      if (of !== 'volatile') throw new LanpeerError('ERR_BUSY', 'There is no room for more unfinished messages.');
      this.leave(partial);
      partial.drop();
    }
    if (partial.isDropped) partial.skip(bytes.byteLength);
    else this.#options.progress(this.#numbers.get(partial) ?? 0, partial.length, total);
    room.came(bytes.byteLength);
  }

  complete(partial: PartialMessage): void {
    this.#numbers.delete(partial);
    if (partial.isDropped) return;
    this.#options.arrived({
      of: partial.of,
      byteLength: partial.total,
      take: () => {
        this.leave(partial);
        return partial.payload();
      },
      drop: () => this.leave(partial),
    });
  }

  leave(partial: PartialMessage): void {
    const { room } = this.#options;
    this.#numbers.delete(partial);
    this.#bytes[countOf(partial.of)] -= partial.total;
    room.release(partial.held);
    room.expect(-partial.total);
  }

  wake(): void {
    this.#options.wake();
  }

  #askFor({ of, total }: PartialMessage): void {
    try {
      this.#options.admit(of, total);
    } catch (thrown) {
      this.#options.room.refused();
      throw thrown;
    }
  }
}

const countOf = (of: MessageKind): 'numbered' | 'volatile' => (of === 'volatile' ? 'volatile' : 'numbered');
