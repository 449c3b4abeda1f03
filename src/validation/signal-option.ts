import { describe } from './describe.ts';
import { optionError } from './options.ts';

/** The signal of this realm for each that is not, or not as it was made: one listener, however often it is passed. */
const relays = new WeakMap<object, AbortSignal>();

type SignalLike = Pick<AbortSignal, 'aborted' | 'addEventListener' | 'removeEventListener'>;

const isSignalLike = (value: object): value is SignalLike =>
  'aborted' in value &&
  typeof value.aborted === 'boolean' &&
  'addEventListener' in value &&
  typeof value.addEventListener === 'function' &&
  'removeEventListener' in value &&
  typeof value.removeEventListener === 'function';

function relayOf(signal: SignalLike): AbortSignal {
  const known = relays.get(signal);
  if (known && known.aborted === signal.aborted) return known;
  const controller = new AbortController();
  if (signal.aborted) controller.abort();
  else signal.addEventListener('abort', () => controller.abort(), { once: true });
  relays.set(signal, controller.signal);
  return controller.signal;
}

/** One whose methods are Node's own: those of the program may throw, also long after the call. */
const isPlain = (value: unknown): value is AbortSignal =>
  value instanceof AbortSignal &&
  ['aborted', 'addEventListener', 'removeEventListener'].every(
    (name) => Reflect.get(AbortSignal.prototype, name, value) === Reflect.get(value, name),
  );

/** An `AbortSignal`, of another realm or a polyfill too. Throws `ERR_OPTION`. */
export function signalOption(name: string, value: unknown): AbortSignal {
  try {
    if (isPlain(value)) return value;
    if (typeof value === 'object' && value !== null && isSignalLike(value)) return relayOf(value);
  } catch (thrown) {
    throw optionError(`${name}: reading it threw ${describe(thrown)}.`, thrown);
  }
  throw optionError(`${name}: ${describe(value)} is not an AbortSignal.`);
}
