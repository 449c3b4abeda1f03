import { limits } from '../limits.ts';

type Then = (fulfilled: (value: unknown) => void, rejected: (thrown: unknown) => void) => unknown;

/** What becomes of a result; one of the two is called, once. */
export interface Settlement {
  fulfilled(value: unknown): void;
  rejected(thrown: unknown): void;
}

/**
 * Waits for what a callback gave back, if that is a thenable. A promise of the program's is adopted as `await` does, but
 * `then` is read and called once, whatever it throws, and a thenable that gives itself does not go round for ever:
 * `await` would never let go of the process. Calls back at once where nothing has to be waited for, and never throws
 * unless a function of `settlement` does.
 *
 * @returns True if there is something to wait for.
 */
export function settle(result: unknown, settlement: Settlement): boolean {
  return follow(result, settlement, limits.thenables);
}

function follow(result: unknown, { fulfilled, rejected }: Settlement, left: number): boolean {
  let over = false;
  const once = (then: () => void): void => {
    if (over) return;
    over = true;
    then();
  };
  const reject = (thrown: unknown): void => once(() => rejected(thrown));
  let then: Then | undefined;
  try {
    then = thenOf(result);
    if (then && left === 0) throw new TypeError('It gives a thenable that gives a thenable, without an end.');
  } catch (thrown) {
    reject(thrown);
    return false;
  }
  if (!then) {
    once(() => fulfilled(result));
    return false;
  }
  try {
    Reflect.apply(then, result, [
      (value: unknown) => once(() => void follow(value, { fulfilled, rejected }, left - 1)),
      reject,
    ]);
  } catch (thrown) {
    reject(thrown);
  }
  return true;
}

function thenOf(value: unknown): Then | undefined {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined;
  const { then } = value as { readonly then?: unknown };
  return typeof then === 'function' ? (then as Then) : undefined;
}
