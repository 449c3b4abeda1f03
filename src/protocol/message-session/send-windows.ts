import { limits } from '../../limits.ts';
import type { OutMessage } from './out-message.ts';
import { createWindow, type Pool, type Window } from './window.ts';

const { queued, queuedBytes, reserveBytes, calls, largeBytes } = limits.messages;

const isLarge = ({ of, payload }: OutMessage): boolean => of === 'message' && payload.byteLength > largeBytes;

/** Places of messages that were accepted and have no outcome yet: one window for each kind, and one place for a large message. */
export class SendWindows {
  readonly #messages: Window;
  readonly #calls = createWindow({ count: 2 * calls, bytes: queuedBytes });
  readonly #volatiles = createWindow({ count: queued, bytes: queuedBytes });
  #large = false;

  constructor(pool: Pool) {
    this.#messages = createWindow({ count: queued, bytes: queuedBytes, pool, reserve: reserveBytes });
  }

  /** Takes the place of a message; false if there is none. */
  acquire(message: OutMessage): boolean {
    if (!isLarge(message)) return this.#of(message).acquire(message.payload.byteLength);
    if (this.#large) return false;
    this.#large = true;
    return true;
  }

  /** Gives back the place of a message that has one. */
  release(message: OutMessage): void {
    if (isLarge(message)) this.#large = false;
    else this.#of(message).release(message.payload.byteLength);
  }

  #of({ of }: OutMessage): Window {
    if (of === 'message') return this.#messages;
    return of === 'volatile' ? this.#volatiles : this.#calls;
  }
}
