import { limits } from '../../limits.ts';
import { createQueue, type Queue } from '../../util/queue.ts';
import { bodyBytes } from '../frame-bodies.ts';
import type { MessageKind } from '../frame-types.ts';
import type { Payload } from '../payload.ts';

/** A message on its way out. */
export interface OutJob {
  readonly of: MessageKind;
  readonly payload: Payload;
  readonly slot: number;
  /** Bytes that are in fragments. */
  given: number;
  /** Bytes that the other side has. */
  received: number;
}

/** A part of a message; all of it if it is small. */
export interface Fragment<Job extends OutJob> {
  readonly job: Job;
  readonly from: number;
  readonly to: number;
}

/** Messages that wait, and whose turn it is. */
export interface SendScheduler<Job extends OutJob> {
  push(job: Job): void;
  /**
   * The next fragment, no longer than fits; undefined if nothing waits, or nothing that fits. No session message begins
   * unless it may.
   */
  next(room: number, mayBegin: boolean): Fragment<Job> | undefined;
  /** Takes off all messages, or all volatile ones. */
  drain(which: 'all' | 'volatile'): Job[];
  readonly size: number;
}

interface Lane<Job> {
  /** The one whose turn it is. */
  head(): Job | undefined;
  /** After a fragment of the head. */
  turn(done: boolean): void;
  push(job: Job): void;
  drain(): Job[];
  readonly size: number;
}

/** One after another. */
function createOrderedLane<Job>(): Lane<Job> {
  const queue: Queue<Job> = createQueue();
  return {
    head: () => queue.at(0),
    turn(done) {
      if (done) queue.shift();
    },
    push: queue.push,
    drain: queue.drain,
    get size() {
      return queue.size;
    },
  };
}

/** A few at a time, a fragment each in turn, as long as the other side has room for all of them. */
function createInterleavedLane<Job extends OutJob>(bytes: () => number): Lane<Job> {
  const waiting: Queue<Job> = createQueue();
  let active: Job[] = [];

  function admit(): void {
    for (let next = waiting.at(0); next; next = waiting.at(0)) {
      const sum = active.reduce((total, { payload }) => total + payload.byteLength, next.payload.byteLength);
      if (active.length > 0 && (active.length >= limits.messages.interleaved || sum > bytes())) return;
      active.push(next);
      waiting.shift();
    }
  }

  return {
    head() {
      admit();
      return active[0];
    },
    turn(done) {
      const [job, ...others] = active;
      active = done || !job ? others : [...others, job];
    },
    push: waiting.push,
    drain: () => [...active.splice(0), ...waiting.drain()],
    get size() {
      return active.length + waiting.size;
    },
  };
}

const { fragmentBytes, leastFragmentBytes, wholeBytes } = limits.messages;

/**
 * Session messages go one after another; calls and volatile messages pass them, and each other: every lane has its turn,
 * so that neither a large message nor many small ones hold the others up.
 *
 * @param bytes Most bytes of unfinished calls, or of volatile messages, that the other side takes.
 * @param maySend Asked before a message begins; if not, it is taken off.
 */
export function createSendScheduler<Job extends OutJob>(
  bytes: () => number,
  maySend: (job: Job) => boolean = () => true,
): SendScheduler<Job> {
  const messages = createOrderedLane<Job>();
  const calls = { small: createOrderedLane<Job>(), large: createInterleavedLane<Job>(bytes) };
  const volatiles = {
    small: createOrderedLane<Job>(),
    large: createInterleavedLane<Job>(() => limits.messages.volatileBytes),
  };
  const all: readonly Lane<Job>[] = [messages, calls.small, calls.large, volatiles.small, volatiles.large];
  let turn = 0;

  function laneOf({ of, payload }: Job): Lane<Job> {
    if (of === 'message') return messages;
    const lanes = of === 'volatile' ? volatiles : calls;
    return payload.byteLength <= fragmentBytes ? lanes.small : lanes.large;
  }

  function cut(job: Job, room: number): Fragment<Job> | undefined {
    const { slot, given: from } = job;
    const total = job.payload.byteLength;
    const most = Math.min(total - from, fragmentBytes);
    const fits = bodyBytes({ from, to: from + most, slot, total }) <= room;
    // Else it fills the record to its last byte: the frame of one byte less says as much as that of a short part.
    const size = fits ? most : Math.min(most, room - bodyBytes({ from, to: from + most - 1, slot, total }) + most - 1);
    // A small message goes whole, and no fragment is undersized.
    const least = total <= wholeBytes ? total : Math.min(total - from, leastFragmentBytes);
    return size < least ? undefined : { job, from, to: from + size };
  }

  return {
    push: (job) => laneOf(job).push(job),
    next(room, mayBegin) {
      for (let tried = 0; tried < all.length; tried += 1) {
        const lane = all[turn % all.length];
        const job = lane?.head();
        if (!lane || !job || (lane === messages && job.given === 0 && !mayBegin)) {
          turn += 1;
          continue;
        }
        const fragment = cut(job, room);
        if (!fragment) return undefined;
        if (job.given === 0 && !maySend(job)) {
          lane.turn(true);
          tried = -1;
          continue;
        }
        job.given = fragment.to;
        lane.turn(job.given === job.payload.byteLength);
        turn += 1;
        return fragment;
      }
      return undefined;
    },
    drain: (which) => (which === 'all' ? all : [volatiles.small, volatiles.large]).flatMap((lane) => lane.drain()),
    get size() {
      return all.reduce((sum, lane) => sum + lane.size, 0);
    },
  };
}
