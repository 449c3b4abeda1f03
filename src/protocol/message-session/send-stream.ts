import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { createQueue } from '../../util/queue.ts';
import { writeReference, writeWhole } from '../frame-bodies.ts';
import type { Progress } from '../frame-types.ts';
import { controlBytes, writeControl } from '../frames.ts';
import { OutgoingBodies, type Turn } from '../message-bodies/outgoing-bodies.ts';
import type { RecordBuffer } from '../record-buffer.ts';
import { type DeliveryOutcome, Job, type JobEvents, type OutMessage } from './out-message.ts';
import { createSendScheduler, frameBytes, type SendScheduler } from './send-scheduler.ts';
import { SentMessages } from './sent-messages.ts';

export interface SendStreamOptions {
  readonly id: string;
  /** Most bytes of unfinished calls that the other side takes. */
  readonly takes: () => number;
  /** Called before each message is settled. */
  readonly settled?: (message: OutMessage) => void;
  /** That lane may have something to write. */
  readonly wake?: (lane: Turn) => void;
}

const nothing = (): void => undefined;

/** One direction of a session, at the sender: it outlives links. */
export class SendStream implements JobEvents {
  readonly id: string;
  /** Messages that do not fit into a record. */
  readonly bodies: OutgoingBodies;
  readonly #settled: (message: OutMessage) => void;
  readonly #scheduler: SendScheduler;
  readonly #sent = new SentMessages();
  /** Session messages that were sent and are not handled, in order. */
  readonly #unhandled = createQueue<Job>();
  /** Calls and volatile messages that go over a lane, and are not settled. */
  readonly #large = new Set<Job>();
  #open = 0;
  #handled = 0;
  /** Bytes of session messages that were begun and are not handled. */
  #ahead = 0;
  #count = 0;
  #announce = true;

  constructor({ id, takes, settled = nothing, wake = nothing }: SendStreamOptions) {
    this.id = id;
    this.#settled = settled;
    this.#scheduler = createSendScheduler((job) => this.#maySend(job));
    this.bodies = new OutgoingBodies({ takes, wake, maySend: (body) => this.#maySend(body as Job) });
  }

  /** Messages of any kind that are not settled. */
  get size(): number {
    return this.#open;
  }

  push(message: OutMessage): void {
    this.#count += 1;
    this.#open += 1;
    const job = new Job(message, this.#count, this);
    if (job.isNumbered || !job.isLarge) {
      this.#scheduler.push(job);
      return;
    }
    this.#large.add(job);
    this.bodies.push(job);
  }

  /** Writes the next frame for the link, if there is one that fits. */
  pull(into: RecordBuffer): boolean {
    if (this.#announce) {
      if (into.room < controlBytes.begin) return false;
      writeControl(into, { kind: 'begin', stream: this.id, next: this.#sent.next });
      this.#announce = false;
      return true;
    }
    const { again } = this.#sent;
    if (again) {
      if (frameBytes(again) > into.room) return false;
      this.#sent.advance();
      this.#write(into, again);
      return true;
    }
    if (this.#sent.bytes >= limits.messages.windowBytes) return false;
    const job = this.#scheduler.next(into.room, this.#ahead < limits.messages.aheadBytes);
    if (!job) return false;
    this.#write(into, job);
    this.#note(job);
    return true;
  }

  /** Throws {@link LanpeerError} `ERR_PROTOCOL` for what was never sent; nothing is settled then. */
  acknowledge({ received, handled }: Progress): void {
    this.#sent.check(received);
    if (handled - this.#handled > this.#unhandled.size)
      throw new LanpeerError('ERR_PROTOCOL', 'A message was handled that was not sent.');
    // The other side has had from another link what this one was about to send again.
    if (this.#sent.acknowledge(received, (job) => this.#noteReceived(job)) > 0) this.#announce = true;
    while (this.#handled < handled) this.#noteHandled();
  }

  /** A new link: it goes on behind what the other side has. Throws as {@link acknowledge}. */
  resume(progress: Progress): void {
    this.acknowledge(progress);
    this.#sent.restart();
    this.#announce = true;
  }

  /** The link is gone: volatile messages with it. */
  unlink(): void {
    this.bodies.giveUpVolatiles();
    const all = [...this.#scheduler.drain('volatile'), ...[...this.#large].filter(({ of }) => of === 'volatile')];
    for (const job of all) this.#settle(job, job.isGiven ? 'unknown' : 'unsent');
  }

  /** Settles everything; with the other side's progress as far as it is known. */
  end(progress: Progress | null): void {
    let informed = false;
    if (progress) {
      try {
        this.acknowledge(progress);
        informed = true;
      } catch {
        // What the other side says makes no sense: then nothing is known of it.
      }
    }
    for (const job of this.#drain()) {
      const mayHaveArrived = job.isGiven && (job.isReceived || !informed || !job.isNumbered);
      this.#settle(job, mayHaveArrived ? 'unknown' : 'unsent');
    }
  }

  lost(job: Job): void {
    // A call that arrives is answered: it has its outcome then.
    if (job.of === 'message' || job.of === 'volatile') this.#settle(job, 'unknown');
  }

  given(job: Job): void {
    // What goes over a lane may be sent again: until it has arrived, what was lent is not given back.
    if (job.of === 'volatile' && !job.isLarge) this.#settle(job, 'unknown');
  }

  arrived(job: Job): void {
    if (job.of !== 'message') this.#settle(job, job.of === 'volatile' ? 'unknown' : 'delivered');
  }

  /** Takes off all messages, in the order in which they were accepted. */
  #drain(): Job[] {
    const jobs = new Set([...this.#sent.drain(), ...this.#unhandled.drain(), ...this.#scheduler.drain('all')]);
    return [...jobs, ...this.#large].sort((one, other) => one.no - other.no);
  }

  /** False, and it has its outcome, for a message that is not to begin: what was lent for it is gone. */
  #maySend(job: Job): boolean {
    if (job.isIntact(0, job.total)) return true;
    job.message.lost?.();
    this.#settle(job, 'unsent');
    return false;
  }

  #write(into: RecordBuffer, job: Job): void {
    if (job.isLarge) writeReference(into);
    else writeWhole(into, job.of, job.part(0, job.total));
  }

  #settle(job: Job, outcome: DeliveryOutcome): void {
    this.#large.delete(job);
    if (job.isSettled) return;
    job.isSettled = true;
    this.#open -= 1;
    this.#settled(job.message);
    job.message.settle(outcome);
  }

  #note(job: Job): void {
    if (!job.isLarge) job.given(job.total);
    if (job.of === 'volatile') return;
    this.#sent.push(job);
    if (job.of !== 'message') return;
    this.#ahead += job.total;
    this.#unhandled.push(job);
    // Not before: what the other side has no place for waits there in memory.
    if (job.isLarge) this.bodies.push(job);
  }

  #noteReceived(job: Job): void {
    job.isReceived = true;
    if (job.of !== 'message') this.#settle(job, 'delivered');
  }

  #noteHandled(): void {
    const job = this.#unhandled.at(0);
    // What it acknowledges over a carrier may be behind.
    if (!job?.isReceived || !(job.hasArrived || this.bodies.noteMessage()))
      throw new LanpeerError('ERR_PROTOCOL', 'A message was handled before it had arrived.');
    this.#unhandled.shift();
    this.#handled += 1;
    this.#ahead -= job.total;
    this.#settle(job, 'delivered');
  }
}
