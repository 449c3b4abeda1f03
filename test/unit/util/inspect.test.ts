import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { cut, inspectValue } from '../../../src/util/inspect.ts';

const show = (value: unknown): string => inspectValue(value, { chars: 5, items: 2 });

test('shows a value on one line, long strings and lists cut', () => {
  expect(show({ a: 'short', b: 'too long', c: [1, 2, 3] })).toBe(
    "{ a: 'short', b: 'too l'... 3 more characters, c: [ 1, 2, ... 1 more item ] }",
  );
  expect(show({ a: { b: { c: 1 } } })).toBe('{ a: { b: [Object] } }');
});

test('runs no code of the program', () => {
  let runs = 0;
  const run = (): never => {
    runs += 1;
    throw new Error('mine');
  };
  const getter = Object.defineProperty({}, 'a', { get: run, enumerable: true });
  show({ [inspect.custom]: run, toString: run, getter });
  show(new Proxy({}, { get: run, ownKeys: run, getPrototypeOf: run }));
  expect(runs).toBe(0);
});

test('cuts a text that is longer, and leaves no half character', () => {
  expect([cut('four', 4), cut('fives', 4)]).toEqual(['four', 'five…']);
  expect(cut('ab\u{1f600}', 3)).toBe('ab\ufffd…');
  expect(cut('\ud800', 3)).toBe('\ufffd');
});
