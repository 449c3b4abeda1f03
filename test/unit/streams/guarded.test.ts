import { EMPTY, filter, map, Subject, throwError } from 'rxjs';
import { expect, test } from 'vitest';
import { guarded } from '../../../src/streams/guarded.ts';

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
