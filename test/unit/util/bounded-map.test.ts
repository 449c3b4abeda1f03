import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BoundedMap } from '../../../src/util/bounded-map.ts';

test('when it is full, forgets the entry that was set longest ago', () => {
  const map = new BoundedMap<string, number>(2).set('a', 1).set('b', 2).set('c', 3);
  expect([...map]).toEqual([
    ['b', 2],
    ['c', 3],
  ]);
});

test('when a known key is set again, that entry is the newest, and none is forgotten', () => {
  const map = new BoundedMap<string, number>(2).set('a', 1).set('b', 2).set('a', 3);
  expect([...map]).toEqual([
    ['b', 2],
    ['a', 3],
  ]);
  expect([...map.set('c', 4).keys()]).toEqual(['a', 'c']);
});

test('when an entry is read, does not become newer', () => {
  const map = new BoundedMap<string, number>(2).set('a', 1).set('b', 2);
  expect(map.get('a')).toBe(1);
  expect([...map.set('c', 3).keys()]).toEqual(['b', 'c']);
});

test('when the key is undefined, counts as any other', () => {
  const map = new BoundedMap<string | undefined, number>(1).set(undefined, 1);
  expect([...map.set('a', 2).keys()]).toEqual(['a']);
});

test('holds the last keys that were set, whatever was set and deleted', () => {
  const step = fc.record({ key: fc.nat(5), drop: fc.boolean() });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step), (max, steps) => {
      const map = new BoundedMap<number, number>(max);
      let expected: number[] = [];
      for (const [at, { key, drop }] of steps.entries()) {
        expected = expected.filter((one) => one !== key);
        if (drop) map.delete(key);
        else {
          map.set(key, at);
          expected = [...expected, key].slice(-max);
        }
        expect([...map.keys()]).toEqual(expected);
      }
    }),
  );
});
