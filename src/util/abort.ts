import type { Clock } from '../environment.ts';

/**
 * Calls back once when the signal aborts; never for one that is aborted already, at which its caller looks first. Without a
 * signal nothing is called.
 *
 * @returns Takes the callback off.
 */
export function onAbort(signal: AbortSignal | undefined, aborted: () => void): () => void {
  signal?.addEventListener('abort', aborted, { once: true });
  return () => signal?.removeEventListener('abort', aborted);
}

/** As the promise, unless the signal aborts first: then it rejects with the reason of the signal. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    const off = onAbort(signal, abort);
    void promise.then(resolve, reject).finally(off);
  });
}

/** Resolves after `ms`; rejects with the reason of the signal once that is aborted. */
export function sleep(
  clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>,
  ms: number,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const timer = clock.setTimeout(() => {
      off();
      resolve();
    }, ms);
    const off = onAbort(signal, () => {
      clock.clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
