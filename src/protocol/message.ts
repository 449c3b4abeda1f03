import { decode, encode } from 'cborg';
import type { EncodeOptions } from 'cborg/interface';
import { asLanpeerError, LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';

/** What a message carries besides its sender, which the receiver takes from the link. */
export interface MessageBody {
  readonly type: string;
  readonly data: unknown;
  /** Sender's wall clock, ms since the epoch, may have a fraction. */
  readonly timestamp: number;
}

const typePattern = /^[A-Za-z0-9_.:/-]{1,64}$/;
const loneSurrogate = /\p{Surrogate}/u;

export function isMessageType(value: unknown): value is string {
  return typeof value === 'string' && typePattern.test(value);
}

function refuse(what: string): never {
  throw new LanpeerError(
    'ERR_DATA',
    `The data cannot be carried: ${what}. JSON values and Uint8Array at any depth can.`,
  );
}

/** Counts the values of `data`; throws for what JSON values and `Uint8Array` are not. */
function check(value: unknown, depth: number, items: number): number {
  if (items > limits.messages.items) refuse(`it has more than ${limits.messages.items} values`);
  if (value === null || typeof value === 'boolean' || value instanceof Uint8Array) return items + 1;
  if (typeof value === 'number') return Number.isFinite(value) ? items + 1 : refuse(`the number ${value}`);
  if (typeof value === 'string')
    return loneSurrogate.test(value) ? refuse('a string with half a character') : items + 1;
  if (typeof value !== 'object') refuse(`a value of type ${typeof value}`);
  if (depth >= limits.messages.depth) refuse(`it is nested deeper than ${limits.messages.depth}`);
  let count = items + 1;
  if (Array.isArray(value)) {
    for (const item of value) count = check(item, depth + 1, count);
    return count;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) refuse('an object of a class');
  for (const [key, item] of Object.entries(value)) {
    if (loneSurrogate.test(key)) refuse('a key with half a character');
    // As in JSON, a key without a value is no key.
    if (item !== undefined) count = check(item, depth + 1, count);
  }
  return count;
}

const encoding: EncodeOptions = {
  ignoreUndefinedProperties: true,
  // All numbers but safe integers are doubles: 64 bits, no search for a shorter form.
  float64: true,
  // cborg would sort the keys of objects: JSON keeps them as they are, and so does a stable sort of equals.
  mapSorter: () => 0,
};

/**
 * The payload of a message frame: CBOR (RFC 8949), an array of type, time stamp and data.
 * Throws {@link LanpeerError} `ERR_TYPE` or `ERR_DATA`.
 */
export function encodeMessage({ type, data, timestamp }: MessageBody): Uint8Array {
  if (!isMessageType(type)) throw new LanpeerError('ERR_TYPE');
  const plain = data === undefined ? null : data;
  try {
    check(plain, 0, 0);
    return encode([type, timestamp, plain], encoding);
  } catch (thrown) {
    // A getter or a proxy in the data may throw anything.
    throw asLanpeerError(thrown, 'ERR_DATA');
  }
}

/** The message in a payload. Throws {@link LanpeerError} `ERR_PROTOCOL`, nothing else. */
export function decodeMessage(payload: Uint8Array): MessageBody {
  let value: unknown;
  try {
    value = decode(payload, {
      allowIndefinite: false,
      allowUndefined: false,
      allowInfinity: false,
      allowNaN: false,
      allowBigInt: false,
      rejectDuplicateMapKeys: true,
    });
    if (Array.isArray(value)) check(value[2], 0, 0);
  } catch (cause) {
    throw new LanpeerError('ERR_PROTOCOL', 'A message has a payload that is not ours.', { cause });
  }
  const [type, timestamp, data] = Array.isArray(value) && value.length === 3 ? (value as unknown[]) : [];
  if (!isMessageType(type) || typeof timestamp !== 'number' || data === undefined)
    throw new LanpeerError('ERR_PROTOCOL', 'A message has a payload that is not ours.');
  return { type, timestamp, data };
}
