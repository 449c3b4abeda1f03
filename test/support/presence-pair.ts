import { FrameReader } from '../../src/protocol/frames.ts';
import type { OwnPresence } from '../../src/protocol/presence/presence.ts';
import { PresenceReceiver } from '../../src/protocol/presence/presence-receiver.ts';
import { PresenceSender } from '../../src/protocol/presence/presence-sender.ts';
import { createRecordBuffer } from '../../src/protocol/record-buffer.ts';
import { noPresence } from './presence.ts';

const both = ['groups', 'properties'];

/** A side that says what it is to another one, over links that break: the caller makes every step. */
export class PresencePair {
  own: OwnPresence = noPresence;
  readonly sender = new PresenceSender();
  receiver = new PresenceReceiver();
  /** Records on their way. */
  #queue: Uint8Array[] = [];
  #session = 1;
  #isLinked = false;

  /** Records that were written. */
  written = 0;

  get waiting(): number {
    return this.#queue.length;
  }

  link(features: readonly string[] = both): void {
    this.#queue = [];
    this.#isLinked = true;
    this.sender.link(`session ${this.#session}`, features);
    this.receiver.link('the session of the sender');
  }

  /** What is on its way is lost. */
  cut(): void {
    this.#queue = [];
    this.#isLinked = false;
  }

  /** The receiving side starts again, and knows nothing. */
  restart(): void {
    this.cut();
    this.#session += 1;
    this.receiver = new PresenceReceiver();
  }

  /** Writes a record of so many bytes at most; false if there is nothing to say that fits. */
  write(capacity: number): boolean {
    if (!this.#isLinked) return false;
    const record = createRecordBuffer(capacity);
    while (this.sender.pull(record, this.own));
    if (record.length === 0) return false;
    this.#queue.push(record.view().slice());
    this.written += 1;
    return true;
  }

  /** The next record arrives. */
  deliver(): void {
    const record = this.#queue.shift();
    if (!record) return;
    const reader = new FrameReader(record);
    for (let frame = reader.next(); frame; frame = reader.next())
      if (frame.kind === 'groups' || frame.kind === 'properties') this.receiver.receive(frame);
  }

  /** Everything is written and arrives. */
  settle(capacity = 16_368): void {
    while (this.write(capacity));
    while (this.#queue.length > 0) this.deliver();
    this.receiver.take();
  }
}
