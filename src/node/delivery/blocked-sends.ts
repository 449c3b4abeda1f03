import type { MessageKind } from '../../protocol/frame-types.ts';
import type { Pool } from '../../protocol/message-session/window.ts';
import { WaitQueue } from './wait-queue.ts';

/**
 * Senders that wait for room in a window. There is a queue for each window: an answer must not wait behind a message whose
 * handler waits for that very answer.
 */
export class BlockedSends {
  readonly #pool: Pool;
  readonly #onRoom: () => void;
  readonly #messages = new WaitQueue();
  readonly #calls = new WaitQueue();
  readonly #volatiles = new WaitQueue();
  #stopWatching: (() => void) | undefined;

  /** @param onRoom The shared pool has room again. It has to call {@link retry}, at once or later. */
  constructor(pool: Pool, onRoom: () => void) {
    this.#pool = pool;
    this.#onRoom = onRoom;
  }

  get isEmpty(): boolean {
    return this.#messages.size === 0 && this.#calls.size === 0 && this.#volatiles.size === 0;
  }

  /** The queue of messages of that kind. */
  of(kind: MessageKind): WaitQueue {
    if (kind === 'message') return this.#messages;
    return kind === 'volatile' ? this.#volatiles : this.#calls;
  }

  /** `attempt` is made at each {@link retry} until it gives a result; what it throws is the rejection. */
  join<Result>(kind: MessageKind, signal: AbortSignal | undefined, attempt: () => Result | undefined): Promise<Result> {
    this.#stopWatching ??= this.#pool.onRoom(this.#onRoom);
    return this.of(kind).join(signal, attempt);
  }

  retry(): void {
    this.#messages.retry();
    this.#calls.retry();
    this.#volatiles.retry();
    if (!this.isEmpty) return;
    this.#stopWatching?.();
    this.#stopWatching = undefined;
  }
}
