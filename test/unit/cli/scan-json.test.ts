import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scanJson } from '../../../src/cli/scan-json.ts';
import { writeJson } from '../../../src/cli/write-json.ts';
import { limits } from '../../../src/limits.ts';

const command = (data: string): string => `{"do":"send","to":"x","data":${data},"ref":"1"}`;

test('what JSON.parse keeps is no loss', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      let text = '';
      writeJson(value, (piece) => {
        text += piece;
        return true;
      });
      expect(scanJson(command(text))).toEqual({ loss: undefined, tooDeep: false, ref: '"1"' });
    }),
  );
  for (const text of ['9007199254740991', '-9007199254740991', '1e999', '-0', '0.1', '1e300', '12345678901234567890.5'])
    expect(scanJson(command(text)).loss).toBe(undefined);
  expect(scanJson(command('"9007199254740993"')).loss).toBe(undefined);
  expect(scanJson(command(String.raw`"\\\"9007199254740993"`)).loss).toBe(undefined);
});

test.each([
  ['9007199254740993', 'data'],
  ['[0,{"a":[1,-9007199254740992]}]', 'data[1].a[1]'],
  ['{"a":{"b":1},"c":9007199254740992}', 'data.c'],
  [`[[],[${'9'.repeat(400)}]]`, 'data[1][0]'],
])('an integer that would be rounded: %s', (text, path) => {
  expect(scanJson(command(text)).loss).toMatchObject({ kind: 'rounded', path, top: 'data' });
});

test.each([
  ['{"a":1,"a":2}', 'data.a'],
  [String.raw`{"a":1,"b":{},"\u0061":2}`, 'data.a'],
  ['[{"a":1},{"a":1,"__proto__":1,"__proto__":2}]', 'data[1].__proto__'],
])('a key that stands twice: %s', (text, path) => {
  expect(scanJson(command(text)).loss).toMatchObject({ kind: 'twice', path, top: 'data' });
});

test('keys of the command itself are told as such', () => {
  expect(scanJson('{"do":"stop","do":"peers"}').loss).toMatchObject({ kind: 'twice', path: 'do', top: 'do' });
  expect(scanJson('{"timeout":9007199254740993}').loss).toMatchObject({ path: 'timeout', top: 'timeout' });
  expect(scanJson('[9007199254740993]').loss).toMatchObject({ path: '[0]', top: undefined });
});

test('the reference is found in what is not JSON, at the outermost level only', () => {
  expect(scanJson('{"ref":7,"data":NaN}').ref).toBe('7');
  expect(scanJson('{"data":{"ref":1},"x":"\\"ref\\":2"').ref).toBe(undefined);
  expect(scanJson('{"data":[{"ref":1}],"ref" : "a\\"b", oops').ref).toBe('"a\\"b"');
  for (const text of ['', '"', '{', '{"', '{"a', '{"a"', '{"a":', '{"a":"', '}', ']]', ',', '{,}', '-', '{"ref":-'])
    expect(() => scanJson(text)).not.toThrow();
});

test('levels are counted, not climbed', () => {
  const nested = (depth: number): string => command('['.repeat(depth) + ']'.repeat(depth));
  expect(scanJson(nested(limits.messages.depth)).tooDeep).toBe(false);
  for (const depth of [limits.messages.depth * 3, 1_000_000])
    expect(scanJson(nested(depth))).toEqual({ loss: undefined, tooDeep: true, ref: '"1"' });
});

test('long runs of anything take linear time', { timeout: 20_000 }, () => {
  for (const part of ['\\"', '\\\\', 'A', ' '])
    expect(scanJson(command(`"${part.repeat(2_000_000)}"`))).toEqual({ loss: undefined, tooDeep: false, ref: '"1"' });
});
