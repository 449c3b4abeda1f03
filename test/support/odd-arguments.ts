import { createContext, runInContext } from 'node:vm';
import fc from 'fast-check';

const there = createContext({});

/** A value that throws at everything that is done with it. */
function revoked(target: object): unknown {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

const fail = (): never => {
  throw revoked({});
};

/** Tells another of the values at each reading, whatever is asked of it. */
function liar(values: readonly unknown[], target: object): unknown {
  let at = 0;
  const next = (): unknown => values[at++ % values.length];
  return new Proxy(target, {
    get: next,
    ownKeys: () => ['a', 'b', ...Reflect.ownKeys(target)],
    getOwnPropertyDescriptor: (of, key) =>
      Reflect.getOwnPropertyDescriptor(of, key) ?? { value: next(), enumerable: true, configurable: true },
    has: () => at++ % 2 === 0,
  });
}

/** Values that no program should pass, and some programs do. Each is made anew, for some change when they are read. */
export const makeOddValues = (): readonly (readonly [name: string, value: unknown])[] => [
  ['undefined', undefined],
  ['null', null],
  ['true', true],
  ['zero', 0],
  ['minus zero', -0],
  ['minus one', -1],
  ['a fraction', 1.5],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['2^31', 2 ** 31],
  ['2^53', 2 ** 53],
  ['a bigint', 10n ** 30n],
  ['a symbol', Symbol('s')],
  ['an empty text', ''],
  ['a text', '127.0.0.1'],
  ['a number as text', '80'],
  ['half a character', '\ud800'],
  ['a long text', 'x'.repeat(100_000)],
  ['a function that throws', fail],
  ['a class', class Odd {}],
  ['an empty object', {}],
  ['an empty list', []],
  ['a list of undefined', [undefined]],
  ['a sparse list', new Array(3)],
  ['an object without a prototype', Object.create(null)],
  ['an object of another realm', runInContext('({ a: [1] })', there)],
  ['a date', new Date(0)],
  ['a map', new Map([['a', 1]])],
  ['an error', new TypeError('odd')],
  ['an error of another realm', runInContext('new Error("odd")', there)],
  ['bytes', Uint8Array.of(1, 2)],
  ['a text object', Object('text')],
  ['a promise', Promise.resolve(1)],
  ['a regular expression', /x/],
  ['an object that tells no text', { toString: fail, valueOf: fail, [Symbol.toPrimitive]: fail }],
  ['an object whose tag throws', Object.defineProperty({}, Symbol.toStringTag, { get: fail })],
  ['an object with a getter that throws', Object.defineProperty({}, 'a', { get: fail, enumerable: true })],
  ['an error whose message throws', Object.defineProperty(new Error('x'), 'message', { get: fail })],
  ['what cannot be iterated', { [Symbol.iterator]: fail }],
  [
    'what iterates for ever',
    {
      *[Symbol.iterator]() {
        for (;;) yield 'x';
      },
    },
  ],
  ['a revoked proxy', revoked({})],
  ['a revoked list', revoked([])],
  ['a revoked function', revoked(fail)],
  ['an object that lies', liar(['x', 1n, undefined, 7, {}], {})],
  ['a list that lies', liar([3, 1n, undefined, 'x'], [])],
  ['a proxy of which all throws', new Proxy({}, { get: fail, ownKeys: fail, has: fail, getPrototypeOf: fail })],
];

/** An odd value, made anew at each draw. */
export const oddValue: fc.Arbitrary<readonly [name: string, value: unknown]> = fc
  .nat(makeOddValues().length - 1)
  .map((at) => makeOddValues()[at] as readonly [string, unknown]);
