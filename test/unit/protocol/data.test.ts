import { once } from 'node:events';
import { createContext, runInContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../src/limits.ts';
import { decodeMessage, encodeMessage } from '../../../src/protocol/message.ts';
import { codeOf } from '../../support/code-of.ts';

const encode = (data: unknown): Uint8Array => encodeMessage({ type: 'x', data, timestamp: 1 });
const carry = (data: unknown): unknown => decodeMessage(encode(data)).data;

function messageOf(data: unknown): string {
  try {
    encode(data);
  } catch (thrown) {
    return (thrown as Error).message;
  }
  return 'taken';
}

/** As promises of other libraries look. */
const createThenable = (): unknown =>
  Object.create(Object.create({}, Object.fromEntries([['then', { value: () => 1 }]])));

describe('data of another realm is carried as data of this one', () => {
  const there = createContext({ hostBuffer: Buffer });
  const make = (source: string): unknown => runInContext(`(${source})`, there);

  it.each<readonly [string, unknown]>([
    ['{ a: { b: [1, "x", null, true] } }', { a: { b: [1, 'x', null, true] } }],
    ['[]', []],
    ['Object.create(null)', {}],
    ['new Uint8Array([1, 2, 3]).subarray(1)', Uint8Array.of(2, 3)],
    ['{ list: [new Uint8Array(new SharedArrayBuffer(2))] }', { list: [new Uint8Array(2)] }],
    ['hostBuffer.from("hi")', Uint8Array.of(104, 105)],
    ['new (class Bytes extends Uint8Array {})([7])', Uint8Array.of(7)],
    ['JSON.parse("{\\"__proto__\\":1}")', JSON.parse('{"__proto__":1}')],
    ['(function () { return arguments; })(1, 2)', { 0: 1, 1: 2 }],
  ])('%s', (source, expected) => {
    const data = carry(make(source));
    expect(data).toEqual(expected);
    expect(JSON.stringify(data)).toBe(JSON.stringify(expected));
  });

  it.each([
    ['new Date(0)', /Date: .*toISOString/],
    ['new Map()', /Map: .*fromEntries/],
    ['new Uint16Array(1)', /new Uint8Array\(view.buffer/],
    ['new (class Point {})()', /a class/],
    ['Promise.resolve()', /await/],
    ['new Error("x")', /Error/],
  ])('and %s is refused by what it is', (source, message) => {
    expect(messageOf([make(source)])).toMatch(/^data\[0\] cannot be carried: /);
    expect(messageOf([make(source)])).toMatch(message);
  });

  it('what structuredClone and a response give', async () => {
    const data = { a: [1, { b: 'x' }], bytes: Uint8Array.of(1, 2) };
    expect(carry(structuredClone(data))).toEqual(data);
    expect(carry(await new Response('{"a":[1,{"b":"x"}]}').json())).toEqual({ a: [1, { b: 'x' }] });
    expect(carry(new Uint8Array(await new Response('hi').arrayBuffer()))).toEqual(Uint8Array.of(104, 105));
  });

  it('a module namespace', async () => {
    const moduleUrl = 'data:text/javascript,export const a = 1; export default [2]';
    expect(carry(await import(moduleUrl))).toEqual({
      a: 1,
      default: [2],
    });
  });

  it('in a worker as here', async () => {
    const source = `
      const { parentPort, workerData } = require('node:worker_threads');
      const { runInNewContext } = require('node:vm');
      import(workerData).then(({ encodeMessage }) => {
        const data = runInNewContext('({ list: [new Uint8Array([1, 2])], text: "x" })');
        parentPort.postMessage(encodeMessage({ type: 'x', data, timestamp: 1 }));
      });`;
    const workerData = new URL('../../../src/protocol/message.ts', import.meta.url).href;
    const worker = new Worker(source, { eval: true, workerData });
    const [payload] = (await once(worker, 'message')) as [Uint8Array];
    expect(decodeMessage(payload).data).toEqual({ list: [Uint8Array.of(1, 2)], text: 'x' });
    await worker.terminate();
  });
});

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

describe('odd data arrives equal', () => {
  it.each<readonly [string, unknown]>([
    ['a negative zero', -0],
    ['an integer over the safe ones', 2 ** 60],
    ['the least of all numbers', 5e-324],
    ['a subnormal one', 2 ** -1_050],
    ['the largest', Number.MAX_VALUE],
    ['the epsilon', Number.EPSILON],
    ['a long text', '😀'.repeat(100_000)],
    ['a zero character', 'a\0b'],
    ['a key that is empty, and one of 10,000 characters', { '': 1, ['k'.repeat(10_000)]: 2 }],
  ])('%s', (_, value) => {
    expect(carry([value, { a: value }])).toStrictEqual([value, { a: value }]);
  });

  it('as many values as the limit', () => {
    const list = new Array(limits.messages.items).fill(0);
    expect((carry(list) as unknown[]).length).toBe(limits.messages.items);
  });

  it('of a list only its items, of an object only what JSON would write', () => {
    expect(carry(Object.assign([1], { extra: 2 }))).toEqual([1]);
    const data = Object.defineProperty({ a: 1, [Symbol('s')]: 2 }, 'hidden', { value: 3 });
    expect(carry(data)).toEqual({ a: 1 });
  });
});

it('a time stamp that the clock of a program makes must be a number', () => {
  for (const timestamp of [Number.NaN, Number.POSITIVE_INFINITY, '1', 1n, null])
    expect(codeOf(() => encodeMessage({ type: 'x', data: 1, timestamp: timestamp as number }))).toBe('ERR_OPTION');
});
