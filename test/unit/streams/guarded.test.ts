import {
  BehaviorSubject,
  combineLatest,
  config,
  EMPTY,
  filter,
  finalize,
  firstValueFrom,
  map,
  merge,
  mergeWith,
  NEVER,
  ObjectUnsubscribedError,
  Subject,
  take,
  throwError,
} from 'rxjs';
import { expect, test } from 'vitest';
import { guarded } from '../../../src/streams/guarded.ts';
import { turn, watched } from '../../support/guarded-stream.ts';

test('a subscriber that throws is reported, and neither it nor the others miss what comes next', () => {
  const source = new Subject<number>();
  const reported: unknown[] = [];
  const stream = guarded(source, (thrown) => reported.push(thrown));
  const seen: number[] = [];
  const bad: number[] = [];
  const problem = new Error('mine');
  stream.subscribe((value) => {
    bad.push(value);
    throw problem;
  });
  stream.subscribe({ next: (value) => void seen.push(value) });
  source.next(1);
  source.next(2);
  expect([seen, bad, reported]).toEqual([
    [1, 2],
    [1, 2],
    [problem, problem],
  ]);
});

test('the same behind operators', () => {
  const source = new Subject<number>();
  const reported: unknown[] = [];
  const seen: number[] = [];
  guarded(source, (thrown) => reported.push(thrown))
    .pipe(
      filter((value) => value > 1),
      map((value) => value * 10),
    )
    .subscribe((value) => {
      seen.push(value);
      throw new Error('mine');
    });
  source.next(1);
  source.next(2);
  source.next(3);
  expect(seen).toEqual([20, 30]);
  expect(reported).toHaveLength(2);
});

test('completion, errors and unsubscription go through', () => {
  const reported: unknown[] = [];
  const report = (thrown: unknown): number => reported.push(thrown);
  let completed = false;
  guarded(EMPTY, report).subscribe({
    complete() {
      completed = true;
    },
  });
  expect(completed).toBe(true);
  const failure = new Error('of the stream');
  const errors: unknown[] = [];
  guarded(
    throwError(() => failure),
    report,
  ).subscribe({ error: (error) => errors.push(error) });
  guarded(
    throwError(() => failure),
    report,
  ).subscribe();
  expect([errors, reported]).toEqual([[failure], [failure]]);
  const source = new Subject<number>();
  const seen: number[] = [];
  const subscription = guarded(source, report).subscribe((value) => seen.push(value));
  source.next(1);
  subscription.unsubscribe();
  source.next(2);
  expect([seen, source.observed]).toEqual([[1], false]);
});

test('what throws when a stream ends is reported', () => {
  const source = new Subject<number>();
  const { reported, stream } = watched(source);
  let completed = false;
  stream.subscribe().add(() => {
    throw new Error('of a teardown');
  });
  stream
    .pipe(
      finalize(() => {
        throw new Error('of finalize');
      }),
    )
    .subscribe();
  stream.subscribe({ complete: () => (completed = true) });
  source.complete();
  expect(completed).toBe(true);
  expect(reported).toEqual([expect.any(Error), expect.any(Error)]);
});

test('a Subject that was unsubscribed is reported, and the others hear all', () => {
  const source = new Subject<number>();
  const { reported, stream } = watched(source);
  const dead = new Subject<number>();
  const seen: number[] = [];
  stream.subscribe(dead);
  stream.subscribe((value) => void seen.push(value));
  dead.unsubscribe();
  source.next(1);
  expect([seen, reported]).toEqual([[1], [expect.any(ObjectUnsubscribedError)]]);
});

test('what takes one value takes no more, and what is unsubscribed is let go', async () => {
  const source = new BehaviorSubject(1);
  const { stream } = watched(source);
  expect(await firstValueFrom(stream)).toBe(1);
  expect(await firstValueFrom(stream.pipe((own) => merge(own, NEVER)))).toBe(1);
  const seen: number[] = [];
  stream.pipe(take(1)).subscribe((value) => void seen.push(value));
  const subscription = merge(stream, stream.pipe(mergeWith(stream))).subscribe();
  expect(source.observed).toBe(true);
  subscription.unsubscribe();
  source.next(2);
  expect([seen, source.observed]).toEqual([[1], false]);
});

test('what pipe gives stays what it is, unless it is a plain stream', () => {
  const { stream } = watched(new Subject<number>());
  const subject = new Subject<number>();
  const own = stream.pipe(filter(Boolean));
  expect(stream.pipe(() => subject)).toBe(subject);
  expect(stream.pipe(() => own)).toBe(own);
  expect(stream.pipe(() => 1 as never)).toBe(1);
  expect(stream.pipe()).toBe(stream);
});

test('a subscriber behind merge, combineLatest or a Subject of the program is RxJS’s affair', async () => {
  const told: unknown[] = [];
  config.onUnhandledError = (thrown) => void told.push(thrown);
  try {
    const source = new Subject<number>();
    const { reported, stream } = watched(source);
    const subject = new Subject<number>();
    const problem = new Error('mine');
    const fail = (): never => {
      throw problem;
    };
    const seen: number[] = [];
    merge(stream, NEVER).subscribe(fail);
    combineLatest([stream, [0]]).subscribe(fail);
    stream.subscribe(subject);
    subject.subscribe(fail);
    stream.subscribe((value) => void seen.push(value));
    source.next(1);
    source.next(2);
    await turn();
    expect([told.length, new Set(told), reported, seen]).toEqual([6, new Set([problem]), [], [1, 2]]);
  } finally {
    config.onUnhandledError = null;
  }
});
