import { abortedBy } from '../../errors.ts';
import { onAbort } from '../../util/abort.ts';

/** Calls that wait for room, in order of coming. */
export interface Waiting {
  /** `attempt` is made at each {@link look} until it gives something; what it throws is the rejection. */
  join<Result>(signal: AbortSignal | undefined, attempt: () => Result | undefined): Promise<Result>;
  look(): void;
  readonly size: number;
}

export function createWaiting(): Waiting {
  /** Each returns false while it has to go on waiting. */
  const queue = new Set<() => boolean>();
  return {
    join(signal, attempt) {
      return new Promise((resolve, reject) => {
        const look = (): boolean => {
          try {
            const result = attempt();
            if (result === undefined) return false;
            resolve(result);
          } catch (thrown) {
            reject(thrown);
          }
          off();
          return true;
        };
        const abort = (): void => {
          queue.delete(look);
          if (signal) reject(abortedBy(signal));
        };
        if (signal?.aborted) {
          abort();
          return;
        }
        const off = onAbort(signal, abort);
        queue.add(look);
      });
    },
    look() {
      for (const look of queue) {
        if (!look()) return;
        queue.delete(look);
      }
    },
    get size() {
      return queue.size;
    },
  };
}
