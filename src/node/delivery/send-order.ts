import { abortedBy } from '../../errors.ts';
import { onAbort } from '../../util/abort.ts';

/** Keeps calls in order where some of them have to wait for a check of their data. */
export class SendOrder {
  /** Resolves when no call before waits any more; undefined while none does. */
  #last: Promise<unknown> | undefined;

  /**
   * Calls `send` when that check and those of all calls before are over: at once where there is none. Rejects with what the
   * check rejects with, or with `ERR_ABORTED`.
   */
  run<Result>(
    check: Promise<unknown> | undefined,
    signal: AbortSignal | undefined,
    send: () => Result | Promise<Result>,
  ): Result | Promise<Result> {
    const before = this.#last;
    if (!check && !before) return send();
    // Calls behind this one wait until it was sent, not until there was room for it.
    const sent = untilAborted(Promise.all([check, before]), signal).then(() => [send()] as const);
    const last: Promise<unknown> = Promise.allSettled([before, sent]).then(() => {
      if (this.#last === last) this.#last = undefined;
    });
    this.#last = last;
    return sent.then(([result]) => result);
  }
}

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const off = onAbort(signal, () => reject(abortedBy(signal)));
    void promise.then(resolve, reject).finally(off);
  });
}
