import { limits } from '../../limits.ts';
import type { OutMessage } from './send-stream.ts';
import { createWindow, type Pool, type Window } from './window.ts';

const { queued, queuedBytes, reserveBytes, calls, largeBytes } = limits.messages;

/** Places of messages that were accepted and have no outcome yet: one window for each kind, and one place for a large message. */
export class SendWindows {
  readonly #messages: Window;
  readonly #calls = createWindow({ count: 2 * calls, bytes: queuedBytes });
  readonly #volatiles = createWindow({ count: queued, bytes: queuedBytes });
  #large = false;

  constructor(pool: Pool) {
    this.#messages = createWindow({ count: queued, bytes: queuedBytes, pool, reserve: reserveBytes });
  }

  /** Takes the place of a message; undefined if there is none. Returns the function that gives it back. */
  acquire({ of, payload: { byteLength } }: OutMessage): (() => void) | undefined {
    if (of === 'message' && byteLength > largeBytes) return this.#acquireLarge();
    const window = of === 'message' ? this.#messages : of === 'volatile' ? this.#volatiles : this.#calls;
    return window.acquire(byteLength) ? () => window.release(byteLength) : undefined;
  }

  #acquireLarge(): (() => void) | undefined {
    if (this.#large) return undefined;
    this.#large = true;
    return () => {
      this.#large = false;
    };
  }
}
