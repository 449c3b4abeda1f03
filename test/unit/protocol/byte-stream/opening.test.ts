import { expect, test } from 'vitest';
import { decodeOpeningData, encodeOpeningData } from '../../../../src/protocol/byte-stream/opening.ts';
import { codeOf } from '../../../support/code-of.ts';

test('what a stream is opened with arrives equal', () => {
  for (const data of [null, 'x', { name: 'a', list: [1, -0, Uint8Array.of(1, 2)] }])
    expect(decodeOpeningData(encodeOpeningData(data))).toStrictEqual(data);
  expect(decodeOpeningData(encodeOpeningData(undefined))).toBe(null);
});

test('it has 4 KiB at most, and is data as that of a message', () => {
  expect(codeOf(() => encodeOpeningData('x'.repeat(4_093)))).toBeUndefined();
  expect(codeOf(() => encodeOpeningData('x'.repeat(4_094)))).toBe('ERR_TOO_LARGE');
  expect(codeOf(() => encodeOpeningData(new Date(0)))).toBe('ERR_DATA');
});

test('what is no CBOR of one value is refused', () => {
  for (const bytes of [[], [0x01, 0x01], [0x82, 0x01], [0xff]])
    expect(codeOf(() => decodeOpeningData(Uint8Array.from(bytes)))).toBe('ERR_PROTOCOL');
});
