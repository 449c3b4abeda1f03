import {
  combineLatest,
  combineLatestWith,
  from,
  map,
  merge,
  mergeWith,
  NEVER,
  Observable,
  type Observer,
  observable,
  of,
  Subject,
  Subscriber,
  share,
  shareReplay,
  take,
} from 'rxjs';
import { describe, expect, test } from 'vitest';
import { turn, watched } from '../../support/guarded-stream.ts';
import { oddThrown } from '../../support/odd-values.ts';

test('a subscriber whose promise rejects is reported', async () => {
  const source = new Subject<number>();
  const { reported, stream } = watched(source);
  stream.subscribe((value) => Promise.reject(value));
  stream.pipe(map((value) => value + 1)).subscribe({ next: (value) => Promise.reject(value) });
  source.next(1);
  await turn();
  expect(reported).toEqual([1, 2]);
});

describe.each(Object.entries(oddThrown))('%s, thrown by a subscriber', (_name, make) => {
  const value = make();
  const fail = (): never => {
    throw value;
  };
  const ways: Readonly<Record<string, (stream: Observable<number>) => unknown>> = {
    'a function': (stream) => stream.subscribe(fail),
    'an observer': (stream) => stream.subscribe({ next: fail }),
    'an observer with a getter': (stream) =>
      stream.subscribe(Object.defineProperty({}, 'next', { get: fail }) as Partial<Observer<number>>),
    complete: (stream) => stream.pipe(take(1)).subscribe({ complete: fail }),
    error: (stream) =>
      stream
        .pipe(
          map((): number => {
            throw new Error('of the program');
          }),
        )
        .subscribe({ error: fail }),
    'an operator without an error handler': (stream) => stream.pipe(map(fail)).subscribe(),
    'behind share': (stream) => stream.pipe(share()).subscribe(fail),
    'behind shareReplay': (stream) => stream.pipe(shareReplay(1)).subscribe(fail),
    'behind mergeWith': (stream) => stream.pipe(mergeWith(NEVER)).subscribe(fail),
    'behind combineLatestWith': (stream) => stream.pipe(combineLatestWith(of(0))).subscribe(fail),
    'behind merge in pipe': (stream) => stream.pipe((own) => merge(own, NEVER)).subscribe(fail),
    'behind combineLatest in pipe': (stream) => stream.pipe((own) => combineLatest([own, [0]])).subscribe(fail),
    'behind an operator of the program': (stream) =>
      stream.pipe((own) => new Observable((to) => own.subscribe((one) => to.next(one)))).subscribe(fail),
    'behind from': (stream) => from(stream).subscribe(fail),
    'behind Symbol.observable': (stream) =>
      (Reflect.get(stream, observable) as () => Observable<number>).call(stream).subscribe(fail),
    'a subscriber made by hand': (stream) =>
      // What RxJS does not catch: it is meant for RxJS alone.
      stream.subscribe(new Subscriber({ next: fail, error: fail, complete: fail })),
  };

  test.each(Object.entries(ways))('%s: is reported once, and the others hear all', async (_way, subscribe) => {
    const source = new Subject<number>();
    const { reported, stream } = watched(source);
    const seen: number[] = [];
    subscribe(stream);
    stream.subscribe((one) => void seen.push(one));
    source.next(1);
    await turn();
    expect(reported.length).toBe(1);
    expect(Object.is(reported[0], value)).toBe(true);
    source.next(2);
    expect(seen).toEqual([1, 2]);
  });
});
