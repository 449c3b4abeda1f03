import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { createQueue } from '../../util/queue.ts';
import type { Progress } from '../frame-types.ts';
import { controlBytes, writeControl } from '../frames.ts';
import type { RecordBuffer } from '../record-buffer.ts';
import {
  type DeliveryOutcome,
  isIntact,
  isReceived,
  type Job,
  type OutMessage,
  sizeOf,
  write,
  zero,
} from './out-message.ts';
import { createSendScheduler, type Fragment, type SendScheduler } from './send-scheduler.ts';

/** One direction of a session, at the sender: it outlives links. */
export class SendStream {
  readonly id: string;
  readonly #settled: (message: OutMessage) => void;
  readonly #scheduler: SendScheduler<Job>;
  /** Numbered fragments that were sent and have not been received, as far as is known: the first has the number `base`. */
  readonly #sent = createQueue<Fragment<Job>>();
  /** Messages that were sent whole and are not handled, in order. */
  readonly #unhandled = createQueue<Job>();
  #open = 0;
  #base = 1;
  /** Fragments of `sent` that this link has had. */
  #cursor = 0;
  #bytesAway = 0;
  #handled = 0;
  /** Bytes of messages that were begun and are not handled. */
  #ahead = 0;
  #slots = 0;
  #announce = true;

  /**
   * @param takes Most bytes of unfinished calls that the other side takes.
   * @param settled Called before each message is settled.
   */
  constructor(id: string, takes: () => number, settled: (message: OutMessage) => void = () => undefined) {
    this.id = id;
    this.#settled = settled;
    this.#scheduler = createSendScheduler<Job>(takes, (job) => this.#maySend(job));
  }

  /** Messages of any kind that are not settled. */
  get size(): number {
    return this.#open;
  }

  push(message: OutMessage): void {
    this.#slots += 1;
    this.#open += 1;
    const { of, payload } = message;
    this.#scheduler.push({ message, of, payload, slot: this.#slots, given: 0, received: 0, isSettled: false });
  }

  /** Writes the next frame, if there is one that fits. */
  pull(into: RecordBuffer): boolean {
    if (this.#announce) {
      if (into.room < controlBytes.begin) return false;
      writeControl(into, { kind: 'begin', stream: this.id, next: this.#base + this.#cursor });
      this.#announce = false;
      return true;
    }
    const again = this.#sent.at(this.#cursor);
    if (again) {
      if (sizeOf(again) > into.room) return false;
      this.#cursor += 1;
      this.#write(into, again);
      return true;
    }
    if (this.#bytesAway >= limits.messages.windowBytes) return false;
    const fragment = this.#scheduler.next(into.room, this.#ahead < limits.messages.aheadBytes);
    if (!fragment) return false;
    this.#write(into, fragment);
    this.#note(fragment);
    return true;
  }

  /** Throws {@link LanpeerError} `ERR_PROTOCOL` for what was never sent; nothing is settled then. */
  acknowledge({ received, handled }: Progress): void {
    const count = received - (this.#base - 1);
    if (count > this.#sent.size || handled - this.#handled > this.#unhandled.size)
      throw new LanpeerError('ERR_PROTOCOL', 'A message was acknowledged that was not sent.');
    if (count > 0) this.#noteReceived(count);
    // The other side has had from another link what this one was about to send again.
    if (count > this.#cursor) this.#announce = true;
    this.#cursor = Math.max(0, this.#cursor - Math.max(0, count));
    while (this.#handled < handled) this.#noteHandled();
  }

  /** A new link: it goes on behind what the other side has. Throws as {@link acknowledge}. */
  resume(progress: Progress): void {
    this.acknowledge(progress);
    this.#cursor = 0;
    this.#announce = true;
  }

  /** The link is gone: volatile messages with it. */
  unlink(): void {
    for (const job of [...this.#scheduler.drain('volatile')]) this.#settle(job, 'unsent');
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
      const mayHaveArrived = informed ? isReceived(job) : job.given === job.payload.byteLength;
      this.#settle(job, mayHaveArrived ? 'unknown' : 'unsent');
    }
  }

  /** Takes off all messages, in the order in which they were accepted. */
  #drain(): Job[] {
    const sent = this.#sent.drain().map(({ job }) => job);
    const jobs = new Set([...sent, ...this.#unhandled.drain(), ...this.#scheduler.drain('all')]);
    return [...jobs].sort((one, other) => one.slot - other.slot);
  }

  /** False, and it has its outcome, for a message that is not to begin: what was lent for it is gone. */
  #maySend(job: Job): boolean {
    if (isIntact(job, 0, job.payload.byteLength)) return true;
    job.message.lost?.();
    this.#settle(job, 'unsent');
    return false;
  }

  #write(into: RecordBuffer, fragment: Fragment<Job>): void {
    const { job, from, to } = fragment;
    if (!isIntact(job, from, to)) {
      // With the outcome all that was lent is the program's again.
      zero(job);
      job.message.lost?.();
      // A call that arrives is answered: it has its outcome then.
      if (job.of === 'message') this.#settle(job, 'unknown');
    }
    write(into, fragment);
  }

  #settle(job: Job, outcome: DeliveryOutcome): void {
    if (job.isSettled) return;
    job.isSettled = true;
    this.#open -= 1;
    this.#settled(job.message);
    job.message.settle(outcome);
  }

  #note(fragment: Fragment<Job>): void {
    const { job, from, to } = fragment;
    const whole = to === job.payload.byteLength;
    if (job.of === 'volatile') {
      if (whole) this.#settle(job, 'unknown');
      return;
    }
    this.#sent.push(fragment);
    this.#cursor += 1;
    this.#bytesAway += to - from;
    if (job.of === 'message' && from === 0) this.#ahead += job.payload.byteLength;
    if (whole && job.of === 'message') this.#unhandled.push(job);
  }

  #noteReceived(count: number): void {
    for (let done = 0; done < count; done += 1) {
      const fragment = this.#sent.shift();
      if (!fragment) return;
      const { job, from, to } = fragment;
      this.#base += 1;
      this.#bytesAway -= to - from;
      job.received = to;
      if (to - from < job.payload.byteLength) job.message.progress?.(to);
      if (job.of !== 'message' && to === job.payload.byteLength) this.#settle(job, 'delivered');
    }
  }

  #noteHandled(): void {
    if (!isReceived(this.#unhandled.at(0)))
      throw new LanpeerError('ERR_PROTOCOL', 'A message was handled before it had arrived.');
    const job = this.#unhandled.shift();
    this.#handled += 1;
    if (!job) return;
    this.#ahead -= job.payload.byteLength;
    this.#settle(job, 'delivered');
  }
}
