import { Observable, type Observer, type Subscription } from 'rxjs';

type Listener<T> = Partial<Observer<T>> | ((value: T) => void) | null | undefined;

/**
 * The same stream, but a subscriber that throws is reported and goes on: RxJS alone would throw it again outside of
 * every catch, which ends the process. Holds for what operators make of the stream as well.
 */
export function guarded<T>(source: Observable<T>, report: (thrown: unknown) => void): Observable<T> {
  const stream = new Observable<T>((subscriber) => source.subscribe(subscriber));
  return guard(stream, report);
}

function guard<T>(stream: Observable<T>, report: (thrown: unknown) => void): Observable<T> {
  const subscribe = stream.subscribe.bind(stream) as (observer: Partial<Observer<T>>) => Subscription;
  const lift = stream.lift.bind(stream);

  function careful<Args extends unknown[]>(fn: (...args: Args) => void): (...args: Args) => void {
    return (...args) => {
      try {
        fn(...args);
      } catch (thrown) {
        report(thrown);
      }
    };
  }

  function subscribeCarefully(
    listener?: Listener<T>,
    error?: ((thrown: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    // RxJS's own subscribers (of operators) handle what is thrown in them.
    if (isSubscriber(listener)) return subscribe(listener);
    const observer: Partial<Observer<T>> =
      typeof listener === 'function' || !listener
        ? { ...(listener && { next: listener }), ...(error && { error }), ...(complete && { complete }) }
        : listener;
    return subscribe({
      next: careful((value) => observer.next?.(value)),
      error: careful((thrown) => (observer.error ? observer.error(thrown) : report(thrown))),
      complete: careful(() => observer.complete?.()),
    });
  }

  return Object.assign(stream, {
    subscribe: subscribeCarefully,
    lift: ((operator: never) => guard(lift(operator), report)) as typeof stream.lift,
  });
}

function isSubscriber<T>(listener: Listener<T>): listener is Observer<T> & Subscription {
  return typeof listener === 'object' && listener !== null && 'isStopped' in listener;
}
