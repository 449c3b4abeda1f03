import { describe, expect, it } from 'vitest';
import { codeOf } from '../../support/code-of.ts';
import { encode, messageOf } from '../../support/encoded-data.ts';

/** As promises of other libraries look. */
const createThenable = (): unknown =>
  Object.create(Object.create({}, Object.fromEntries([['then', { value: () => 1 }]])));

describe('what cannot be carried is refused with what to give instead', () => {
  class Money {
    toJSON(): string {
      return '1 EUR';
    }
  }
  it.each<readonly [string, unknown, RegExp]>([
    ['a date', new Date(Number.NaN), /Date: give its toISOString\(\) or getTime\(\)/],
    ['an object of a class with toJSON', new Money(), /the result of its toJSON\(\)/],
    ['a URL', new URL('http://localhost'), /the result of its toJSON\(\)/],
    ['a plain object with toJSON', { toJSON: () => 1 }, /^data.a cannot.*the result of its toJSON\(\)/],
    ['a map', new Map(), /Object\.fromEntries/],
    ['a set', new Set(), /\[\.\.\.set\]/],
    ['a bigint', 1n, /String\(value\)/],
    ['floats', new Float32Array(1), /new Uint8Array\(view\.buffer, view\.byteOffset, view\.byteLength\)/],
    ['clamped bytes', new Uint8ClampedArray(1), /new Uint8Array\(view\.buffer/],
    ['a view', new DataView(new ArrayBuffer(1)), /new Uint8Array\(view\.buffer/],
    ['memory', new ArrayBuffer(1), /new Uint8Array\(buffer\)/],
    ['shared memory', new SharedArrayBuffer(1), /new Uint8Array\(buffer\)/],
    ['an object of a class', new (class {})(), /plain object/],
    ['an object of an object', Object.create({}), /plain object/],
    ['a boxed number', Object(1), /valueOf/],
    ['a boxed string', Object('x'), /valueOf/],
    ['a function', () => 1, /a function/],
    ['a class', class {}, /a function/],
    ['a symbol', Symbol('x'), /a symbol/],
    ['not a number', Number.NaN, /NaN: give null/],
    ['infinity', Number.POSITIVE_INFINITY, /Infinity: give null/],
    ['an error', new TypeError('x'), /its message/],
    ['a promise', Promise.resolve(), /await it first/],
    ['a thenable of a class', createThenable(), /await it first/],
    ['a regular expression', /x/, /its source/],
    ['half a character', '\ud800', /toWellFormed/],
    ['a weak map', new WeakMap(), /plain object/],
    ['a proxy of bytes', new Proxy(new Uint8Array(1), {}), /plain object/],
  ])('%s', (_, value, message) => {
    expect(messageOf({ a: value })).toMatch(/^data\.a cannot be carried: /);
    expect(messageOf({ a: value })).toMatch(message);
    expect(codeOf(() => encode(value))).toBe('ERR_DATA');
  });

  it('undefined in an array and a hole', () => {
    expect(messageOf([1, undefined])).toMatch(/^data\[1\] cannot be carried: undefined in an array: give null/);
    expect(messageOf(new Array(4_294_967_295))).toMatch(/^data\[0\] cannot be carried: undefined in an array/);
  });

  it('what holds itself', () => {
    const list: unknown[] = [];
    list.push(list);
    expect(messageOf(list)).toMatch(/deeper than 64, or holds itself/);
  });

  it('bytes whose memory was given away', () => {
    const bytes = new Uint8Array(2);
    structuredClone(bytes, { transfer: [bytes.buffer] });
    expect(messageOf({ bytes })).toMatch(/^data\.bytes cannot be carried: reading it threw .*detached/);
  });

  it('what would take more memory than any message may, before it takes it', () => {
    const text = 'x'.repeat(20_000_000);
    expect(codeOf(() => encode(new Array(100).fill(text)))).toBe('ERR_TOO_LARGE');
    const bytes = new Uint8Array(50_000_000);
    expect(codeOf(() => encode(new Array(100).fill(bytes)))).toBe('ERR_TOO_LARGE');
  });

  it('whatever reading it throws', () => {
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const revokedList = Proxy.revocable([], {});
    revokedList.revoke();
    const internal = new Error('x', { cause: 'ERR_INTERNAL' });
    const throwing = (thrown: unknown): object => ({
      get b(): never {
        throw thrown;
      },
    });
    for (const value of [
      revoked.proxy,
      revokedList.proxy,
      throwing(new TypeError('of a getter')),
      throwing(internal),
      throwing(Object.create(null)),
      throwing(revoked.proxy),
      throwing(undefined),
      new Proxy({}, { ownKeys: () => ['x'], getOwnPropertyDescriptor: () => undefined, get: () => 1n }),
      new Proxy(
        {},
        {
          getPrototypeOf: () => {
            throw 1;
          },
        },
      ),
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw 1;
          },
        },
      ),
      new Proxy([], {
        get: () => {
          throw 1;
        },
      }),
    ]) {
      const code = codeOf(() => encode({ a: value }));
      expect([undefined, 'ERR_DATA']).toContain(code);
      if (code) expect(messageOf({ a: value })).toMatch(/^data\.a(\.b|\[0\])? cannot be carried: /);
    }
  });

  it("an error of lanpeer's own that a getter throws is the getter's", () => {
    const inner = (() => {
      try {
        return encode(1n);
      } catch (thrown) {
        return thrown;
      }
    })();
    const data = {
      get a(): never {
        throw inner;
      },
    };
    expect(messageOf(data)).toMatch(/^data\.a cannot be carried: reading it threw LanpeerError/);
  });
});
