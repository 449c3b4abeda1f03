import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import { bodyOverhead, writeFirst, writeMore, writeWhole } from './frame-bodies.ts';
import type { MessageKind, Progress } from './frame-types.ts';
import { controlBytes, writeControl } from './frames.ts';
import { createQueue } from './queue.ts';
import type { RecordBuffer } from './record.ts';
import { createSendScheduler, type Fragment, type OutJob } from './send-scheduler.ts';

/**
 * `delivered`: its handlers there have settled. `unsent`: it certainly did not arrive whole. `unknown`: it may have
 * arrived; an acknowledgement can be lost with the process.
 */
export type DeliveryOutcome = 'delivered' | 'unsent' | 'unknown';

/** A message to send. `settle` is called once; for calls `delivered` means that they arrived. */
export interface OutMessage {
  readonly of: MessageKind;
  /** One byte or more. */
  readonly payload: Uint8Array;
  readonly settle: (outcome: DeliveryOutcome) => void;
  /** Bytes that the other side has; for messages of more than one fragment. */
  readonly progress?: ((received: number) => void) | undefined;
}

type Job = OutJob & OutMessage;

/** One direction of a session, at the sender: it outlives links. */
export interface OutStream {
  readonly id: string;
  push(message: OutMessage): void;
  /** Writes the next frame, if there is one that fits. */
  pull(into: RecordBuffer): boolean;
  /** Throws {@link LanpeerError} `ERR_PROTOCOL` for what was never sent; nothing is settled then. */
  acknowledge(progress: Progress): void;
  /** A new link: it goes on behind what the other side has. Throws as {@link acknowledge}. */
  resume(progress: Progress): void;
  /** The link is gone: volatile messages with it. */
  unlink(): void;
  /** Settles everything; with the other side's progress as far as it is known. */
  end(progress: Progress | null): void;
  /** Messages of any kind that are not settled. */
  readonly size: number;
}

/** @param takes Most bytes of unfinished calls that the other side takes. */
export function createOutStream(id: string, takes: () => number): OutStream {
  const turns = createSendScheduler<Job>(takes);
  /** Numbered fragments that were sent and have not been received, as far as is known: the first has the number `base`. */
  const sent = createQueue<Fragment<Job>>();
  /** Messages that were sent whole and are not handled, in order. */
  const unhandled = createQueue<Job>();
  const open = new Set<Job>();
  let base = 1;
  /** Fragments of `sent` that this link has had. */
  let cursor = 0;
  let bytesAway = 0;
  let handled = 0;
  /** Bytes of messages that were begun and are not handled. */
  let ahead = 0;
  let slots = 0;
  let announce = true;

  function settle(job: Job, outcome: DeliveryOutcome): void {
    if (open.delete(job)) job.settle(outcome);
  }

  function write(into: RecordBuffer, { job, from, to }: Fragment<Job>): void {
    const part = job.payload.subarray(from, to);
    if (part.byteLength === job.payload.byteLength) writeWhole(into, job.of, part);
    else if (from === 0) writeFirst(into, job.of, job.slot, job.payload.byteLength, part);
    else writeMore(into, job.of !== 'volatile', job.slot, part);
  }

  function note(fragment: Fragment<Job>): void {
    const { job, from, to } = fragment;
    const whole = to === job.payload.byteLength;
    if (job.of === 'volatile') {
      if (whole) settle(job, 'unknown');
      return;
    }
    sent.push(fragment);
    cursor += 1;
    bytesAway += to - from;
    if (job.of === 'message' && from === 0) ahead += job.payload.byteLength;
    if (whole && job.of === 'message') unhandled.push(job);
  }

  function receive(count: number): void {
    for (let done = 0; done < count; done += 1) {
      const fragment = sent.shift();
      if (!fragment) return;
      const { job, from, to } = fragment;
      base += 1;
      bytesAway -= to - from;
      job.received = to;
      if (to - from < job.payload.byteLength) job.progress?.(to);
      if (job.of !== 'message' && to === job.payload.byteLength) settle(job, 'delivered');
    }
  }

  const isReceived = (job: Job | undefined): boolean => job !== undefined && job.received === job.payload.byteLength;

  function acknowledge({ received, handled: upTo }: Progress): void {
    const count = received - (base - 1);
    if (count > sent.size || upTo - handled > unhandled.size)
      throw new LanpeerError('ERR_PROTOCOL', 'A message was acknowledged that was not sent.');
    if (count > 0) receive(count);
    // The other side has had from another link what this one was about to send again.
    if (count > cursor) announce = true;
    cursor = Math.max(0, cursor - Math.max(0, count));
    while (handled < upTo) {
      if (!isReceived(unhandled.at(0)))
        throw new LanpeerError('ERR_PROTOCOL', 'A message was handled before it had arrived.');
      const job = unhandled.shift();
      handled += 1;
      if (!job) continue;
      ahead -= job.payload.byteLength;
      settle(job, 'delivered');
    }
  }

  return {
    id,
    push(message) {
      slots += 1;
      // Field by field, here and where messages are accepted: this runs a hundred thousand times a second.
      const { of, payload, settle: told, progress } = message;
      const job: Job = { of, payload, settle: told, progress, slot: slots, given: 0, received: 0 };
      open.add(job);
      turns.push(job);
    },
    pull(into) {
      if (announce) {
        if (into.room < controlBytes.begin) return false;
        writeControl(into, { kind: 'begin', stream: id, next: base + cursor });
        announce = false;
        return true;
      }
      const again = sent.at(cursor);
      if (again) {
        if (again.to - again.from + bodyOverhead > into.room) return false;
        cursor += 1;
        write(into, again);
        return true;
      }
      if (bytesAway >= limits.messages.windowBytes) return false;
      const fragment = turns.next(into.room, ahead < limits.messages.aheadBytes);
      if (!fragment) return false;
      write(into, fragment);
      note(fragment);
      return true;
    },
    acknowledge,
    resume(progress) {
      acknowledge(progress);
      cursor = 0;
      announce = true;
    },
    unlink() {
      for (const job of [...turns.drain('volatile')]) settle(job, 'unsent');
    },
    end(progress) {
      let informed = false;
      if (progress) {
        try {
          acknowledge(progress);
          informed = true;
        } catch {
          // What the other side says makes no sense: then nothing is known of it.
        }
      }
      for (const job of [...open]) {
        const mayHaveArrived = informed ? isReceived(job) : job.given === job.payload.byteLength;
        settle(job, mayHaveArrived ? 'unknown' : 'unsent');
      }
      sent.drain();
      unhandled.drain();
      turns.drain('all');
    },
    get size() {
      return open.size;
    },
  };
}
