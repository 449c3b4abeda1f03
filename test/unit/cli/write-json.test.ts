import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writeJson } from '../../../src/cli/write-json.ts';

function pieces(value: unknown, size?: number): string[] {
  const all: string[] = [];
  writeJson(value, (piece) => all.push(piece) > 0, size);
  return all;
}

test('the pieces together are the JSON of the value', () => {
  fc.assert(
    fc.property(
      fc.jsonValue({ maxDepth: 2, depthSize: 'small', stringUnit: 'grapheme-composite' }),
      fc.integer({ min: 2, max: 40 }),
      (value, size) => {
        const text = pieces(value, size).join('');
        expect(JSON.parse(text)).toEqual(value);
      },
    ),
  );
  expect(pieces({ a: undefined, b: [1, null, true], c: '' }).join('')).toBe('{"b":[1,null,true],"c":""}');
  expect(pieces({ ['__proto__']: 1 }).join('')).toBe('{"__proto__":1}');
});

test('no character is cut', () => {
  const text = `a${'🙂'.repeat(50)}`;
  const all = pieces(text, 8);
  expect(all.length).toBeGreaterThan(10);
  for (const piece of all) expect(piece.isWellFormed()).toBe(true);
  expect(JSON.parse(all.join(''))).toBe(text);
});

test('numbers are written as every reader takes them', () => {
  const write = (value: unknown): string => pieces(value).join('');
  expect(write([-0, 0, 0.1, 1e300, 2 ** 53 - 1])).toBe('[-0.0,0,0.1,1e+300,9007199254740991]');
  // JSON.stringify writes 1152921504606847000, which is another integer.
  expect(write(2 ** 60)).toBe('1.152921504606847e+18');
  for (const value of [-0, 2 ** 53, -(2 ** 60), 1e21, Number.MAX_VALUE, Number.MIN_VALUE])
    expect(JSON.parse(write(value))).toBe(value);
});

test('a sink that wants no more gets no more', () => {
  let count = 0;
  writeJson(
    ['x'.repeat(1_000), 'y'],
    () => {
      count += 1;
      return count < 3;
    },
    10,
  );
  expect(count).toBe(3);
});
