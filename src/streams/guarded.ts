import { Observable, type Observer, type Subscription } from 'rxjs';
import { settle } from '../util/thenable.ts';

type Listener<T> = Partial<Observer<T>> | ((value: T) => void) | null | undefined;
type Report = (thrown: unknown) => void;

/**
 * The same stream, but a subscriber that throws, or whose promise rejects, is reported and goes on: RxJS alone would throw
 * it again outside of every catch, which ends the process. Holds for what operators make of the stream as well. A
 * subscriber of something else that the stream is put into, as `merge` or a Subject, cannot be seen from here.
 */
export function guarded<T>(source: Observable<T>, report: Report): Observable<T> {
  // Subscribers of RxJS's own come here as they are. Not all of them hold back what is thrown behind them.
  const stream = new Observable<T>((subscriber) =>
    source.subscribe({
      next: careful((value: T) => subscriber.next(value), report),
      error: careful((thrown: unknown) => subscriber.error(thrown), report),
      complete: careful(() => subscriber.complete(), report),
    }),
  );
  return guard(stream, report);
}

const nothing = (): void => undefined;

function careful<Args extends unknown[]>(fn: (...args: Args) => unknown, report: Report): (...args: Args) => void {
  const settlement = { fulfilled: nothing, rejected: report };
  return (...args) => {
    try {
      const result = fn(...args);
      if (result !== undefined) settle(result, settlement);
    } catch (thrown) {
      report(thrown);
    }
  };
}

const streams = new WeakSet<object>();

function guard<T>(stream: Observable<T>, report: Report): Observable<T> {
  const subscribe = stream.subscribe.bind(stream) as (observer: Partial<Observer<T>>) => Subscription;
  const lift = stream.lift.bind(stream);
  const pipe = stream.pipe.bind(stream) as (...operators: unknown[]) => unknown;

  function subscribeCarefully(
    listener?: Listener<T>,
    error?: ((thrown: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    if (isSubscriber(listener)) return subscribe(listener);
    const observer: Partial<Observer<T>> =
      typeof listener === 'function' || !listener
        ? { ...(listener && { next: listener }), ...(error && { error }), ...(complete && { complete }) }
        : listener;
    return subscribe({
      next: careful((value) => observer.next?.(value), report),
      error: careful((thrown) => (observer.error ? observer.error(thrown) : report(thrown)), report),
      complete: careful(() => observer.complete?.(), report),
    });
  }

  streams.add(stream);
  return Object.assign(stream, {
    subscribe: subscribeCarefully,
    lift: ((operator: never) => guard(lift(operator), report)) as typeof stream.lift,
    pipe: ((...operators: unknown[]) => guardMade(pipe(...operators), report)) as typeof stream.pipe,
  });
}

/** What an operator of the program's made, by `new Observable` or by a function such as `merge`. */
function guardMade(made: unknown, report: Report): unknown {
  const isPlain = made instanceof Observable && Object.getPrototypeOf(made) === Observable.prototype;
  return isPlain && !streams.has(made) ? guarded(made, report) : made;
}

/** As RxJS tells its own subscribers, those of operators and of other copies: not an observer of the program's. */
function isSubscriber<T>(listener: Listener<T>): listener is Observer<T> & Subscription {
  if (typeof listener !== 'object' || listener === null) return false;
  const methods = ['add', 'remove', 'unsubscribe', 'next', 'error', 'complete'];
  try {
    return methods.every((name) => typeof (listener as Readonly<Record<string, unknown>>)[name] === 'function');
  } catch {
    // An observer with a getter that throws, or a proxy: RxJS has none.
    return false;
  }
}
