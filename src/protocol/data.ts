import { LanpeerError, type LanpeerErrorCode } from '../errors.ts';
import { limits } from '../limits.ts';
import { describe } from '../validation/describe.ts';
import { isBytes, isPlainPrototype, plainBytes } from '../validation/realm.ts';
import type { CborWriter } from './cbor.ts';
import { adviceFor, toJsonAdvice } from './data-advice.ts';
import { formatPath } from './data-path.ts';

type Path = (string | number)[];

interface Walk {
  /** How messages call it. */
  readonly name: string;
  readonly path: Path;
  readonly cbor: CborWriter;
  items: number;
  /** Values that it may have, itself not counted. */
  readonly most: number;
  /** Bytes that its encoding has at least. */
  bytes: number;
  /** Why it ends: our own error, told apart from what getters and proxies throw. */
  refusal?: LanpeerError;
}

function refuse(walk: Walk, what: string, path = walk.path, code: LanpeerErrorCode = 'ERR_DATA', cause?: unknown) {
  const message = `${formatPath(walk.name, path)} cannot be carried: ${what}. JSON values and Uint8Array at any depth can.`;
  walk.refusal = new LanpeerError(code, message, cause === undefined ? {} : { cause });
  return walk.refusal;
}

function weigh(walk: Walk, bytes: number): void {
  walk.bytes += bytes;
  if (walk.bytes > limits.messages.mostBytes)
    throw refuse(walk, `it has more than ${limits.messages.mostBytes} bytes`, [], 'ERR_TOO_LARGE');
}

function takeText(text: string, walk: Walk, what: string): void {
  if (!text.isWellFormed()) throw refuse(walk, `${what} with half a character: give its toWellFormed()`);
  weigh(walk, text.length);
  walk.cbor.text(text);
}

function takeArray(array: readonly unknown[], walk: Walk): void {
  const { path } = walk;
  const { length } = array;
  // A proxy may tell anything.
  if (!Number.isSafeInteger(length) || length < 0) throw refuse(walk, `a list of length ${describe(length)}`);
  const end = path.push(0) - 1;
  walk.cbor.array(length);
  for (let index = 0; index < length; index += 1) {
    path[end] = index;
    take(array[index], walk);
  }
  path.pop();
}

function takeFields(fields: Readonly<Record<string, unknown>>, walk: Walk): void {
  const { path } = walk;
  const keys = Object.keys(fields);
  const end = path.push('') - 1;
  let size = 0;
  const values = keys.map((key) => {
    path[end] = key;
    const value = fields[key];
    // As in JSON, a key without a value is no key.
    if (value !== undefined) size += 1;
    if (key === 'toJSON' && typeof value === 'function') throw refuse(walk, toJsonAdvice, path.slice(0, end));
    return value;
  });
  walk.cbor.map(size);
  for (const [at, value] of values.entries()) {
    if (value === undefined) continue;
    const key = keys[at] as string;
    path[end] = key;
    takeText(key, walk, 'a key');
    take(value, walk);
  }
  path.pop();
}

function takeObject(value: object, walk: Walk): void {
  const isArray = Array.isArray(value);
  if (!isArray) {
    const prototype = Object.getPrototypeOf(value) as object | null;
    if (prototype !== Object.prototype && isBytes(value)) {
      const bytes = plainBytes(value);
      weigh(walk, bytes.byteLength);
      walk.cbor.bytes(bytes);
      return;
    }
    if (!isPlainPrototype(prototype)) throw refuse(walk, adviceFor(value));
  }
  if (walk.path.length >= limits.messages.depth)
    throw refuse(walk, `it is nested deeper than ${limits.messages.depth}, or holds itself`);
  if (isArray) takeArray(value, walk);
  else takeFields(value as Readonly<Record<string, unknown>>, walk);
}

function take(value: unknown, walk: Walk): void {
  if (walk.items > walk.most)
    throw refuse(walk, `it has more than ${walk.most} values (option \`maxMessageItems\`)`, []);
  walk.items += 1;
  if (typeof value === 'string') takeText(value, walk, 'a string');
  else if (typeof value === 'number' && Number.isFinite(value)) walk.cbor.number(value);
  else if (typeof value === 'boolean') walk.cbor.boolean(value);
  else if (value === null) walk.cbor.null();
  else if (typeof value === 'object') takeObject(value, walk);
  else throw refuse(walk, adviceFor(value));
}

/**
 * Writes the data. It reads everything once, here: getters and proxies may tell something else the next time, and what
 * was checked has to be what is written. Throws {@link LanpeerError} `ERR_DATA`, with the path of the first value that is
 * not JSON or a `Uint8Array`, or when there are more than `most` of them or they are too deep; and `ERR_TOO_LARGE`.
 */
export function writeData(cbor: CborWriter, data: unknown, most: number, name = 'data'): void {
  if (typeof data === 'string' && data.isWellFormed()) {
    cbor.text(data);
    return;
  }
  const walk: Walk = { name, path: [], cbor, items: 0, most, bytes: 0 };
  try {
    take(data, walk);
  } catch (thrown) {
    if (walk.refusal && thrown === walk.refusal) throw thrown;
    throw refuse(walk, `reading it threw ${describe(thrown)}`, walk.path, 'ERR_DATA', thrown);
  }
}
