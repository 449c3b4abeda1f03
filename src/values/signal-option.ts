import { describe } from './describe.ts';
import { optionError } from './options.ts';

/** The signal of this realm for each that is not: one listener, however often it is passed. */
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

/** An `AbortSignal`, of another realm or a polyfill too. Throws `ERR_OPTION`. */
export function signalOption(name: string, value: unknown): AbortSignal {
  try {
    if (value instanceof AbortSignal) return value;
    if (typeof value === 'object' && value !== null && isSignalLike(value)) return relayOf(value);
  } catch (thrown) {
    throw optionError(`${name}: reading it threw ${describe(thrown)}.`, thrown);
  }
  throw optionError(`${name}: ${describe(value)} is not an AbortSignal.`);
}
