import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMessage } from '../../src/protocol/message.ts';
import { codeOf } from '../support/code-of.ts';
import { encodeMessage } from '../support/encoded-messages.ts';
import { makeOddValues, oddValue } from '../support/odd-arguments.ts';

const encode = (data: unknown): Uint8Array => encodeMessage({ type: 'x', data, timestamp: 1 });
const carry = (data: unknown): unknown => decodeMessage(encode(data)).data;

const anything = fc.anything({
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
  maxDepth: 4,
});

describe('whatever a program gives as data', () => {
  it('is refused with ERR_DATA, or arrives equal', () => {
    fc.assert(
      fc.property(anything, (data) => {
        const code = codeOf(() => encode(data));
        if (code === undefined) expect(carry(data)).toEqual(data === undefined ? null : data);
        else expect(code).toBe('ERR_DATA');
      }),
      { numRuns: 1_000 },
    );
  });

  it.each(makeOddValues().map(([name]) => name))('%s, at any place, is refused with ERR_DATA or decoded', (name) => {
    const make = (): unknown => makeOddValues().find(([one]) => one === name)?.[1];
    for (const place of [
      (value: unknown) => value,
      (value: unknown) => [value],
      (value: unknown) => ({ a: value, b: [1, { c: value }] }),
      (value: unknown) => new Array(3).fill(value),
      (value: unknown) => Object.defineProperty({}, '__proto__', { value, enumerable: true }),
    ])
      expect([undefined, 'ERR_DATA']).toContain(codeOf(() => carry(place(make()))));
  });

  it('is never a payload that its receiver refuses, also where it tells something else at each reading', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.array(oddValue, { minLength: 1 }))), (fields) => {
        const data = {};
        for (const [key, values] of fields) {
          let at = 0;
          Object.defineProperty(data, key, {
            get: () => values[at++ % values.length]?.[1],
            enumerable: true,
            configurable: true,
          });
        }
        expect([undefined, 'ERR_DATA']).toContain(codeOf(() => carry(data)));
      }),
      { numRuns: 200 },
    );
  });
});
