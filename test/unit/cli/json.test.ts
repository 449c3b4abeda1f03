import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromJson, toJson } from '../../../src/cli/json.ts';
import { limits } from '../../../src/limits.ts';

const bytes = fc.uint8Array({ maxLength: 40 });
const data = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.string(),
    bytes,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('$bytes', '$escape', '__proto__')), tie('value'), {
      maxKeys: 4,
    }),
  ),
})).value;

test('whatever goes out as JSON comes back as it was', () => {
  fc.assert(
    fc.property(data, (value) => {
      const line = JSON.stringify(toJson(value));
      expect(fromJson(JSON.parse(line))).toEqual(value);
    }),
  );
});

test('bytes and marks have one form', () => {
  expect(toJson(new Uint8Array([0, 1, 2]))).toEqual({ $bytes: 'AAEC' });
  expect(toJson({ $bytes: 'x' })).toEqual({ $escape: { $bytes: 'x' } });
  expect(toJson({ $escape: { a: 1 } })).toEqual({ $escape: { $escape: { a: 1 } } });
  for (const wrong of [
    { $bytes: 'not base64' },
    { $bytes: 'AAEC', more: 1 },
    { $bytes: 7 },
    { $escape: [] },
    { $escape: null },
  ])
    expect(() => fromJson(wrong)).toThrow(expect.objectContaining({ code: 'ERR_DATA' }));
});

test('a line of nothing but brackets is refused before it uses up the stack', () => {
  const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
  expect(fromJson(nested(limits.messages.depth))).toEqual(nested(limits.messages.depth));
  for (const depth of [limits.messages.depth * 2, 100_000])
    expect(() => fromJson(nested(depth))).toThrow(expect.objectContaining({ code: 'ERR_DATA' }));
});
