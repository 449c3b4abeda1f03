import { encode } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../src/limits.ts';
import {
  decodeFailure,
  decodeRequest,
  decodeResponse,
  encodeFailure,
  encodeRequest,
  encodeResponse,
} from '../../../src/protocol/message.ts';
import { anyData, anyType } from '../../support/any-message.ts';
import { codeOf } from '../../support/code-of.ts';

describe('requests and what answers them', () => {
  it('are decoded as they were encoded', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), anyType, anyData, (no, type, data) => {
        expect(decodeRequest(encodeRequest({ no, type, data, timestamp: 5.5 }))).toEqual({
          no,
          type,
          data,
          timestamp: 5.5,
        });
        expect(decodeResponse(encodeResponse(no, data))).toEqual({ no, data });
      }),
    );
    expect(decodeResponse(encodeResponse(1, undefined))).toEqual({ no: 1, data: null });
  });

  it('fail with a code and a text that are cut to what a person reads', () => {
    const failure = { no: 3, code: 'ENOENT', message: 'No such file.' };
    expect(decodeFailure(encodeFailure(failure))).toEqual(failure);
    const long = decodeFailure(encodeFailure({ no: 3, code: 'C'.repeat(1_000), message: '😀'.repeat(10_000) }));
    expect([long.code.length, long.message.length]).toEqual([limits.messages.codeChars, limits.messages.failureChars]);
    const lengthy = encode([3, 'C', 'x'.repeat(limits.messages.failureChars + 1)]);
    expect(codeOf(() => decodeFailure(lengthy))).toBe('ERR_PROTOCOL');
    expect(codeOf(() => decodeFailure(encode([3, 'C'.repeat(65), 'x'])))).toBe('ERR_PROTOCOL');
    const half = decodeFailure(encodeFailure({ no: 3, code: 'C', message: '\ud800' }));
    expect(half.message).toBe('\ufffd');
  });

  it('are refused when they are not ours', () => {
    for (const decode of [decodeRequest, decodeResponse, decodeFailure])
      for (const value of [1, [], [-1, 2], [1.5, 'x', 1, 1], ['x', 'x', 1, 1], [1, 2, 3, 4], [1, 'x', 'y', 1]])
        if (!(decode === decodeResponse && Array.isArray(value) && value.length === 2 && value[0] === 1))
          expect(codeOf(() => decode(encode(value)))).toBe('ERR_PROTOCOL');
  });

  it('name the place of what they cannot carry', () => {
    const place = (data: unknown): unknown => {
      try {
        return encodeResponse(1, data);
      } catch (thrown) {
        return (thrown as Error).message.split(' cannot')[0];
      }
    };
    expect(place(() => 1)).toBe('data');
    expect(place({ list: [1, { 'odd key': 1n }] })).toBe('data.list[1]["odd key"]');
    expect(place([[new Map()]])).toBe('data[0][0]');
    expect(place({ a: { b: '\ud800' } })).toBe('data.a.b');
    expect(String(place({ ['x'.repeat(10_000)]: () => 1 })).length).toBeLessThan(300);
  });
});
