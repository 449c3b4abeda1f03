import { describe, expect, it } from 'vitest';
import { encodeMessage } from '../../../src/protocol/message.ts';
import { codeOf } from '../../support/code-of.ts';
import { carry, messageOf } from '../../support/encoded-data.ts';

describe('what was checked is what is encoded', () => {
  it('a getter that tells something else the second time', () => {
    let read = 0;
    const data = {
      get a(): unknown {
        read += 1;
        return read === 1 ? 'first' : 1n;
      },
    };
    expect(carry(data)).toEqual({ a: 'first' });
    expect(read).toBe(1);
  });

  it('a list whose iterator, length or items lie', () => {
    const iterated = [1, 2];
    iterated[Symbol.iterator] = () => [3].values();
    expect(carry(iterated)).toEqual([1, 2]);
    let reads = 0;
    const growing = new Proxy([1, 2, 3], {
      get: (of, key) => (key === 'length' ? 2 + reads++ : Reflect.get(of, key)),
    });
    expect(carry(growing)).toEqual([1, 2]);
    const shrinking = [1, 2];
    Object.defineProperty(shrinking, 0, {
      get: () => {
        shrinking.length = 1;
        return 1;
      },
    });
    expect(messageOf(shrinking)).toMatch(/^data\[1\] cannot be carried: undefined in an array/);
  });

  it.each([-1, 1.5, Number.NaN, '2', 2 ** 53, null])('a list of length %s', (length) => {
    const list = new Proxy([1, 2], { get: (of, key) => (key === 'length' ? length : Reflect.get(of, key)) });
    expect([undefined, 'ERR_DATA']).toContain(codeOf(() => carry(list)));
  });

  it('an object whose keys come and go', () => {
    const data: Record<string, unknown> = {
      get a(): number {
        delete data['b'];
        data['c'] = 3;
        return 1;
      },
      b: 2,
    };
    expect(carry(data)).toEqual({ a: 1 });
  });

  it.each([false, true])(
    'a getter that transfers or shrinks the memory of a large byte array before it, borrowed %s',
    (borrow) => {
      for (const change of [
        (memory: ArrayBuffer) => memory.transfer(),
        (memory: ArrayBuffer) => memory.resize(9_999),
      ]) {
        const bytes = new Uint8Array(new ArrayBuffer(10_000, { maxByteLength: 20_000 }));
        const data = [
          bytes,
          {
            get a(): number {
              change(bytes.buffer);
              return 1;
            },
          },
        ];
        const encode = (): unknown => encodeMessage({ type: 'x', data, timestamp: 1 }, undefined, borrow);
        expect(codeOf(encode)).toBe('ERR_DATA');
      }
    },
  );

  it('bytes that lie about their length', () => {
    const bytes = Uint8Array.of(1, 2, 3);
    Object.defineProperty(bytes, 'length', { value: 1_000 });
    expect(Buffer.from(carry(bytes) as Uint8Array).toString('hex')).toBe('010203');
  });

  it('an object whose tag or constructor is a value of the program', () => {
    const data = { constructor: 'x', a: 1, [Symbol.toStringTag]: 'Date' };
    expect(carry(data)).toEqual({ constructor: 'x', a: 1 });
    const map = {
      a: 1,
      get [Symbol.toStringTag](): string {
        return 'Map';
      },
    };
    expect(carry(map)).toEqual({ a: 1 });
  });

  it('what is sent by a getter of what is being sent', () => {
    let inner: unknown;
    const data = {
      a: 'x'.repeat(100),
      get b(): string {
        inner = carry({ inner: 'y'.repeat(300) });
        return 'b';
      },
    };
    expect(carry(data)).toEqual({ a: 'x'.repeat(100), b: 'b' });
    expect(inner).toEqual({ inner: 'y'.repeat(300) });
  });
});
