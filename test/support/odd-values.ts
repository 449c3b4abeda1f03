import { runInNewContext } from 'node:vm';
import { LanpeerError } from '../../src/errors.ts';

const fail = (): never => {
  throw new Error('a getter');
};

function revoked(target: object): unknown {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

const withGetter = (key: string, target: object = new Error('odd')): unknown =>
  Object.defineProperty(target, key, { get: fail });

function cyclic(): Error {
  const error = new Error('cyclic');
  error.cause = error;
  return error;
}

/** An error of another copy of the package, which may have a code that this one does not know. */
function ofAnotherCopy(): Error {
  const error = Object.assign(new Error('of another copy'), { code: 'ERR_ODD' });
  Object.defineProperty(error, Symbol.for('lanpeer.error'), { value: true });
  return error;
}

/** What a program may throw, each made anew. */
export const oddThrown: Readonly<Record<string, () => unknown>> = {
  'an error': () => new Error('mine'),
  'an error without a message': () => new Error(),
  nothing: () => undefined,
  null: () => null,
  'a text': () => 'mine',
  'a number': () => Number.NaN,
  'a big integer': () => 1n,
  'a symbol': () => Symbol('mine'),
  'an object without a prototype': () => Object.create(null),
  'an object with a toString that throws': () => ({ toString: fail }),
  'an object with a toString that gives no text': () => ({ toString: () => ({}) }),
  'an object with a message that throws': () => withGetter('message', {}),
  'an error with a message that throws': () => withGetter('message'),
  'an error with a name that throws': () => withGetter('name', new Error()),
  'an error with a stack that throws': () => withGetter('stack'),
  'an error with a code that throws': () => withGetter('code'),
  'an error with a cause that throws': () => withGetter('cause'),
  'an error with a message that is no text': () => Object.assign(new Error(), { message: Symbol('odd') }),
  'an error with a code that is no text': () => Object.assign(new Error('odd'), { code: { toString: fail } }),
  'a revoked proxy': () => revoked({}),
  'a revoked proxy of a function': () => revoked(fail),
  'a revoked proxy of an error': () => revoked(new Error('mine')),
  'a proxy whose traps throw': () => new Proxy({}, new Proxy({}, { get: () => fail })),
  'an error of another realm': () => runInNewContext('new Error("of another realm")'),
  'a frozen error': () => Object.freeze(new Error('frozen')),
  'an error that is its own cause': cyclic,
  'an error of lanpeer': () => new LanpeerError('ERR_BUSY'),
  'an error of lanpeer with a code that throws': () => withGetter('code', new LanpeerError('ERR_BUSY')),
  'an error of another copy of lanpeer': ofAnotherCopy,
  'an object with the mark of an error of lanpeer': () => ({ [Symbol.for('lanpeer.error')]: true }),
  'a long message': () => new Error('long '.repeat(1_000_000)),
  'control characters': () => new Error('one\n\u001b[31mtwo\u0000\u202ethree'),
  'half a character': () => new Error('\ud800'),
  'a function': () => fail,
  'a promise that rejects with it': () => {
    const promise = Promise.reject(new Error('inner'));
    promise.catch(() => undefined);
    return promise;
  },
};

/** How it comes about that a callback fails with a value. */
export const waysToFail: Readonly<Record<string, (value: unknown) => unknown>> = {
  'a throw': (value) => {
    throw value;
  },
  'a promise that rejects': (value) => Promise.reject(value),
  'a promise that rejects later': async (value) => {
    await Promise.resolve();
    throw value;
  },
  'a thenable that rejects': (value) => ({
    // biome-ignore lint/suspicious/noThenProperty: that is what it is about
    then: (_: unknown, reject: (thrown: unknown) => void) => reject(value),
  }),
  'a thenable that throws': (value) => ({
    // biome-ignore lint/suspicious/noThenProperty: that is what it is about
    then() {
      throw value;
    },
  }),
  'a then that throws': (value) =>
    Object.defineProperty({}, 'then', {
      get() {
        throw value;
      },
    }),
  'a thenable of a promise that rejects': (value) => ({
    // biome-ignore lint/suspicious/noThenProperty: that is what it is about
    then: (resolve: (value: unknown) => void) => resolve(Promise.reject(value)),
  }),
};
