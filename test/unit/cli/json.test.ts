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

test('base64 of any length is decoded, and only what its encoder writes', { timeout: 30_000 }, () => {
  const bytes = new Uint8Array(8_000_000).fill(7);
  const text = Buffer.from(bytes).toString('base64');
  expect(Buffer.compare(fromJson({ $bytes: text }) as Uint8Array, bytes)).toBe(0);
  const refused = (wrong: string): void =>
    expect(() => fromJson({ $bytes: wrong })).toThrow(expect.objectContaining({ code: 'ERR_DATA' }));
  for (const wrong of [
    `${text.slice(0, -2)}-=`,
    `${text.slice(0, 5_000_000)}\n${text.slice(5_000_001)}`,
    text.slice(1),
  ])
    refused(wrong);
  for (const wrong of [
    'A',
    'AA',
    'AAA',
    'AA=',
    'AAA==',
    'AB==',
    'AAB=',
    '====',
    '=',
    'AAEC ',
    ' AAEC',
    'AA-_',
    'AA==AA==',
  ])
    refused(wrong);
  for (const right of ['', 'AA==', 'AAE=', 'AAEC', '+/+/'])
    expect(toJson(fromJson({ $bytes: right }))).toEqual({ $bytes: right });
});
