import { limits } from '../../limits.ts';

const { inbound, inboundBytes, largeBytes } = limits.messages;

/** What one message session has waiting in an inbox. */
export class QueueUsage {
  #messages = 0;
  /** Bytes of the messages that are not large. */
  #bytes = 0;
  /** How many are large. */
  #large = 0;

  /** More than the window of the sender allows, if another one comes. */
  get isFull(): boolean {
    return this.#messages >= inbound || this.#bytes > inboundBytes || this.#large > 1;
  }

  /** A message of so many bytes joined the queue. */
  acquire(byteLength: number): void {
    this.#messages += 1;
    if (byteLength > largeBytes) this.#large += 1;
    else this.#bytes += byteLength;
  }

  /** It left the queue. */
  release(byteLength: number): void {
    this.#messages -= 1;
    if (byteLength > largeBytes) this.#large -= 1;
    else this.#bytes -= byteLength;
  }
}
