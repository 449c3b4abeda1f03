import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRecordBuffer } from '../../../src/protocol/record-buffer.ts';
import { decodeVarint } from '../../../src/protocol/varint.ts';
import { codeOf } from '../../support/code-of.ts';

const number = fc.maxSafeNat();

function encodeVarint(value: number): number[] {
  const record = createRecordBuffer(8);
  record.varint(value);
  return [...record.view()];
}

describe('varint', () => {
  it('is read as it was written, wherever it stands, and takes no byte more', () => {
    fc.assert(
      fc.property(
        number,
        fc.uint8Array({ maxLength: 20 }),
        fc.uint8Array({ maxLength: 20 }),
        (value, before, after) => {
          const encoded = encodeVarint(value);
          const bytes = Uint8Array.from([...before, ...encoded, ...after]);
          expect(decodeVarint(bytes, before.length)).toEqual({ value, next: before.length + encoded.length });
        },
      ),
    );
  });

  it.each([
    [0, [0]],
    [127, [127]],
    [128, [128, 1]],
    [624_485, [0xe5, 0x8e, 0x26]],
    [Number.MAX_SAFE_INTEGER, [255, 255, 255, 255, 255, 255, 255, 15]],
  ])('%i has the bytes %j', (value, bytes) => {
    expect(encodeVarint(value)).toEqual(bytes);
  });

  it.each([
    ['nothing', []],
    ['a number that is cut off', [128, 128]],
    ['the first number that is not safe', [128, 128, 128, 128, 128, 128, 128, 16]],
    ['a number of nine bytes', [128, 128, 128, 128, 128, 128, 128, 128, 0]],
    ['a number without end', Array.from({ length: 1_000 }, () => 255)],
  ])('refuses %s', (_, bytes) => {
    expect(codeOf(() => decodeVarint(Uint8Array.from(bytes), 0))).toBe('ERR_PROTOCOL');
  });
});
