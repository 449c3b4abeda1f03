import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { createQueue } from '../../util/queue.ts';
import type { BodyCredit } from '../frame-types.ts';
import { callLanes, messageLane, volatileLanes } from './lanes.ts';
import { type OutgoingBody, OutgoingLane } from './outgoing-lane.ts';

const { volatileBytes } = limits.messages;

/** Something that has bytes to write over a carrier of byte streams, and is asked for some in its turn. */
export interface Turn {
  readonly isReady: boolean;
  pull(into: Parameters<OutgoingLane['pull']>[0]): boolean;
}

export interface OutgoingBodiesOptions {
  /** Most bytes of unfinished calls that the other side takes. */
  readonly takes: () => number;
  /** Asked before a call, or a volatile message, begins; if not, it is left out. */
  readonly maySend: (body: OutgoingBody) => boolean;
  /** That lane may have something to write. */
  readonly wake: (lane: Turn) => void;
}

/** Lanes by number: most sessions need none. */
class Lanes {
  readonly #made = new Map<number, OutgoingLane>();

  get(no: number): OutgoingLane | undefined {
    return this.#made.get(no);
  }

  use(no: number): OutgoingLane {
    const made = this.#made.get(no) ?? new OutgoingLane(no);
    this.#made.set(no, made);
    return made;
  }

  /** The first of these over which nothing is under way. */
  idle(among: readonly number[]): OutgoingLane | undefined {
    for (const no of among) if (this.#made.get(no)?.isIdle ?? true) return this.use(no);
    return undefined;
  }

  all(): Iterable<OutgoingLane> {
    return this.#made.values();
  }
}

/** Messages that go over some lanes, one at a time in each. */
class LaneGroup {
  readonly #lanes: Lanes;
  readonly #numbers: readonly number[];
  readonly #options: OutgoingBodiesOptions;
  readonly #waiting = createQueue<OutgoingBody>();
  /** Bytes of those that are under way, by lane. */
  readonly #active = new Map<OutgoingLane, number>();

  constructor(lanes: Lanes, numbers: readonly number[], options: OutgoingBodiesOptions) {
    this.#lanes = lanes;
    this.#numbers = numbers;
    this.#options = options;
  }

  push(body: OutgoingBody): void {
    this.#waiting.push(body);
    this.admit();
  }

  /** Begins what there is a lane and room for. */
  admit(): void {
    for (const lane of this.#active.keys()) if (lane.isIdle) this.#active.delete(lane);
    for (let next = this.#waiting.at(0); next; next = this.#waiting.at(0)) {
      let sum = next.total;
      for (const bytes of this.#active.values()) sum += bytes;
      if (this.#active.size > 0 && sum > this.#options.takes()) return;
      const lane = this.#lanes.idle(this.#numbers);
      if (!lane) return;
      this.#waiting.shift();
      if (!this.#options.maySend(next)) continue;
      this.#active.set(lane, next.total);
      lane.push(next);
      this.#options.wake(lane);
    }
  }

  /** What has not arrived is not sent any more. */
  giveUp(): void {
    this.#waiting.drain();
    this.#active.clear();
    for (const no of this.#numbers) this.#lanes.get(no)?.giveUp();
  }
}

/**
 * Messages of one send stream that do not fit into a record, on their way: session messages in their order, calls and
 * volatile messages a few at a time. It outlives carriers and links.
 */
export class OutgoingBodies {
  readonly #lanes = new Lanes();
  readonly #options: OutgoingBodiesOptions;
  readonly #calls: LaneGroup;
  readonly #volatiles: LaneGroup;

  constructor(options: OutgoingBodiesOptions) {
    this.#options = options;
    this.#calls = new LaneGroup(this.#lanes, callLanes, options);
    this.#volatiles = new LaneGroup(this.#lanes, volatileLanes, { ...options, takes: () => volatileBytes });
  }

  /** Something was sent, or is to be sent, that has not arrived. */
  get isBusy(): boolean {
    for (const lane of this.#lanes.all()) if (!lane.isIdle) return true;
    return false;
  }

  push(body: OutgoingBody): void {
    if (body.of === 'volatile') this.#volatiles.push(body);
    else if (body.of !== 'message') this.#calls.push(body);
    else {
      const lane = this.#lanes.use(messageLane);
      lane.push(body);
      this.#options.wake(lane);
    }
  }

  /** The carrier is gone. */
  hold(): void {
    for (const lane of this.#lanes.all()) lane.hold();
  }

  /** The other side has told anew, by credit, what it has. */
  resume(): void {
    for (const lane of this.#lanes.all()) {
      lane.resume();
      if (lane.isReady) this.#options.wake(lane);
    }
  }

  /** Throws {@link LanpeerError} `ERR_PROTOCOL` for what was never sent. */
  receiveCredit(credit: BodyCredit): void {
    const lane = this.#lanes.get(credit.lane);
    if (!lane) throw new LanpeerError('ERR_PROTOCOL', 'Bytes of a message were acknowledged that were not sent.');
    lane.receiveCredit(credit);
    if (lane.isIdle && credit.lane !== messageLane) {
      this.#calls.admit();
      this.#volatiles.admit();
    }
    if (lane.isReady) this.#options.wake(lane);
  }

  /** The first session message has arrived, as was said in another way. False if not all of it was sent. */
  noteMessage(): boolean {
    return this.#lanes.get(messageLane)?.noteFirst() ?? false;
  }

  /** The link is gone: volatile messages with it. */
  giveUpVolatiles(): void {
    this.#volatiles.giveUp();
  }
}
