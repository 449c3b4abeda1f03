import { abortedBy } from '../../errors.ts';
import { onAbort } from '../../util/abort.ts';

/** Calls that wait for room, in order of coming. */
export class WaitQueue {
  /** Each returns false while it has to go on waiting. */
  readonly #waiters = new Set<() => boolean>();

  get size(): number {
    return this.#waiters.size;
  }

  /** `attempt` is made at each {@link retry} until it gives a result; what it throws is the rejection. */
  join<Result>(signal: AbortSignal | undefined, attempt: () => Result | undefined): Promise<Result> {
    return new Promise((resolve, reject) => {
      const retry = (): boolean => {
        try {
          const result = attempt();
          if (result === undefined) return false;
          resolve(result);
        } catch (error) {
          reject(error);
        }
        off();
        return true;
      };
      const abort = (): void => {
        this.#waiters.delete(retry);
        if (signal) reject(abortedBy(signal));
      };
      if (signal?.aborted) {
        abort();
        return;
      }
      const off = onAbort(signal, abort);
      this.#waiters.add(retry);
    });
  }

  /** There is room: wakes the waiters in order, until one of them has to go on waiting. */
  retry(): void {
    for (const waiter of this.#waiters) {
      if (!waiter()) return;
      this.#waiters.delete(waiter);
    }
  }
}
