import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import { describe } from './describe.ts';
import { nearest } from './nearest.ts';
import { isPlainPrototype } from './realm.ts';

/** Checks of what a program passes. Each throws {@link LanpeerError} `ERR_OPTION` that names the option and shows the value. */

export const optionError = (message: string, cause?: unknown): LanpeerError =>
  new LanpeerError('ERR_OPTION', message, cause === undefined ? {} : { cause });

const refuse = (name: string, value: unknown, what: string): LanpeerError =>
  optionError(`${name}: ${describe(value)} is not ${what}.`);

type Read<Known extends string> = Partial<Record<Known, unknown>>;

/** Runs what may call getters and traps of the program's: what they throw is an option that cannot be read. */
export function reading<Result>(name: string, read: () => Result): Result {
  try {
    return read();
  } catch (thrown) {
    throw unreadable(name, thrown);
  }
}

const unreadable = (name: string, thrown: unknown): LanpeerError =>
  optionError(`${name}: reading it threw ${describe(thrown)}.`, thrown);

const join = (within: string, key: string): string => (within === 'options' ? key : `${within}.${key}`);

/**
 * The known options in an object, each read once; without those that are undefined. What has none of them and is no plain
 * object (a signal, a map) was not meant as options, and neither was a key that is not known.
 * @param within How messages call the object; its keys stand alone where that is `options`.
 */
export function readOptions<Known extends string>(
  within: string,
  given: unknown,
  known: readonly Known[],
): Read<Known> {
  if (given === undefined) return {};
  const isObject = typeof given === 'object' && given !== null && reading(within, () => !Array.isArray(given));
  if (!isObject) throw refuse(within, given, 'an object of options');
  const read: Read<Known> = {};
  let unknown: string | undefined;
  let isOptions = false;
  // One try for all of them, not a closure for each: this runs for every message that is sent.
  let reads: Known | undefined;
  try {
    unknown = unknownKey(given, known);
    isOptions = isPlainPrototype(Object.getPrototypeOf(given) as object | null) || hasAny(given, known);
    if (unknown === undefined && isOptions)
      for (const key of known) {
        reads = key;
        const value = (given as Read<Known>)[key];
        if (value !== undefined) read[key] = value;
      }
  } catch (thrown) {
    throw unreadable(reads === undefined ? within : join(within, reads), thrown);
  }
  if (unknown !== undefined) throw unknownOption(within, unknown, known);
  if (!isOptions) throw refuse(within, given, 'an object of options');
  return read;
}

function unknownKey(given: object, known: readonly string[]): string | undefined {
  for (const key of Object.keys(given)) if (!known.includes(key)) return key;
  return undefined;
}

const hasAny = (given: object, known: readonly string[]): boolean => known.some((key) => key in given);

function unknownOption(within: string, key: string, known: readonly string[]): LanpeerError {
  const near = nearest(key, known);
  const hint = near === undefined ? `there are ${known.join(', ')}` : `did you mean \`${near}\`?`;
  const name = describe(key).slice(1, -1);
  return optionError(`${join(within, name)}: there is no such option; ${hint}`);
}

/** A text that is not empty and that a file name, a URL or a label may be. */
export function textOption(name: string, value: unknown, what = 'a text'): string {
  if (typeof value !== 'string' || value === '' || value.includes('\0') || !value.isWellFormed())
    throw refuse(name, value, what);
  return value;
}

export function booleanOption(name: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw refuse(name, value, 'true or false');
  return value;
}

export function integerOption(name: string, value: unknown, least: number, most: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
    throw refuse(name, value, `a whole number from ${least} to ${most}`);
  return value;
}

/** Milliseconds; more than a timer of Node takes would end at once. */
export function timeoutOption(name: string, value: unknown): number {
  const most = limits.timerMs;
  if (typeof value !== 'number' || !(value >= 0) || (value > most && value !== Number.POSITIVE_INFINITY))
    throw refuse(name, value, `a time: milliseconds from 0 to ${most}, or Infinity for no limit`);
  return value;
}

export function functionOption<Fn>(name: string, value: unknown): Fn {
  if (typeof value !== 'function') throw refuse(name, value, 'a function');
  return value as Fn;
}

/** An object of the program's that has these methods. It stays what it is: methods may belong to a class. */
export function objectOption<Of>(
  name: string,
  value: unknown,
  what: string,
  methods: readonly (keyof Of & string)[],
): Of {
  if (!isObject(value)) throw refuse(name, value, what);
  for (const method of methods) {
    const found = reading(`${name}.${method}`, () => (value as Readonly<Record<string, unknown>>)[method]);
    if (typeof found !== 'function') throw refuse(`${name}.${method}`, found, 'a function');
  }
  return value as Of;
}

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

/** The items of a list; a text is none, though it can be iterated. */
export function listOption(name: string, value: unknown, what: string, most: number = limits.listOptions): unknown[] {
  const iterable = reading(name, () => typeof value === 'object' && value !== null && Symbol.iterator in value);
  if (!iterable) throw refuse(name, value, what);
  return (
    reading(name, () => {
      const items: unknown[] = [];
      for (const item of value as Iterable<unknown>) {
        if (items.length === most) return undefined;
        items.push(item);
      }
      return items;
    }) ?? tooLong(name, most)
  );
}

function tooLong(name: string, most: number): never {
  throw optionError(`${name}: it has more than ${most} items.`);
}
