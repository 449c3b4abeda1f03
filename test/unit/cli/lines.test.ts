import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLineSplitter } from '../../../src/cli/lines.ts';

function split(chunks: readonly Uint8Array[], limit = 1_000) {
  const lines: string[] = [];
  let tooLong = 0;
  const take = createLineSplitter(
    limit,
    (line) => lines.push(line),
    () => {
      tooLong += 1;
    },
  );
  for (const chunk of chunks) take(chunk);
  return { lines, tooLong };
}

test('lines come out whole, wherever the stream is cut', () => {
  const line = fc
    .string({ unit: 'grapheme', minLength: 1 })
    .filter((text) => !/[\r\n]/.test(text) && text.trim() === text);
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), fc.array(fc.nat(60), { maxLength: 20 }), (texts, cuts) => {
      const stream = Buffer.from(texts.map((text) => `${text}\n`).join(''));
      const chunks: Uint8Array[] = [];
      let from = 0;
      for (const cut of cuts) {
        chunks.push(stream.subarray(from, from + cut));
        from += cut;
      }
      chunks.push(stream.subarray(from));
      expect(split(chunks)).toEqual({ lines: texts, tooLong: 0 });
    }),
  );
});

test('a line that is too long is told once and costs no memory; the next is taken', () => {
  const long = Array.from({ length: 50 }, () => Buffer.alloc(100, 'x'));
  expect(split([...long, Buffer.from('\nnext\r\n\n')])).toEqual({ lines: ['next'], tooLong: 1 });
});

test('a byte order mark at the beginning, carriage returns and empty lines are no part of any line', () => {
  expect(split([Buffer.from('\ufeffone\r\n\r\n \t\n\ufefftwo\r\n')]).lines).toEqual(['one', '\ufefftwo']);
  expect(split([Buffer.from('\ufeff\none\n')]).lines).toEqual(['one']);
  expect(split([Buffer.from('a\0b\n\u00a0\n')]).lines).toEqual(['a\0b', '\u00a0']);
});

test('it is told of each line whether it was UTF-8', () => {
  const lines: unknown[] = [];
  const take = createLineSplitter(
    1_000,
    (text, intact) => lines.push([text, intact]),
    () => undefined,
  );
  take(Buffer.concat([Buffer.from('é\n'), Buffer.from([0xe9, 10, 0xff, 0xfe, 0x7b, 10]), Buffer.from('{}\n')]));
  expect(lines).toEqual([
    ['é', true],
    ['\ufffd', false],
    ['\ufffd\ufffd{', false],
    ['{}', true],
  ]);
});
