import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';

type Path = (string | number)[];

const loneSurrogate = /\p{Surrogate}/u;
const plainKey = /^[A-Za-z_$][\w$]{0,63}$/;

/** `data.list[3]["odd key"]`, cut to what a person reads. */
function formatPath(path: Path): string {
  const steps = path.map((step) =>
    typeof step === 'number'
      ? `[${step}]`
      : plainKey.test(step)
        ? `.${step}`
        : `[${JSON.stringify(step.slice(0, 64)).toWellFormed()}]`,
  );
  return `data${steps.join('')}`.slice(0, 256);
}

function refuse(path: Path, what: string): never {
  throw new LanpeerError(
    'ERR_DATA',
    `${formatPath(path)} cannot be carried: ${what}. JSON values and Uint8Array at any depth can.`,
  );
}

function check(value: unknown, path: Path, items: number): number {
  if (items > limits.messages.items) refuse([], `it has more than ${limits.messages.items} values`);
  if (value === null || typeof value === 'boolean' || value instanceof Uint8Array) return items + 1;
  if (typeof value === 'number') return Number.isFinite(value) ? items + 1 : refuse(path, `the number ${value}`);
  if (typeof value === 'string')
    return loneSurrogate.test(value) ? refuse(path, 'a string with half a character') : items + 1;
  if (typeof value !== 'object') refuse(path, `a value of type ${typeof value}`);
  if (path.length >= limits.messages.depth) refuse(path, `it is nested deeper than ${limits.messages.depth}`);
  let count = items + 1;
  const end = path.push('') - 1;
  if (Array.isArray(value))
    for (const [index, item] of value.entries()) {
      path[end] = index;
      count = check(item, path, count);
    }
  else {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) refuse(path.slice(0, end), 'an object of a class');
    for (const [key, item] of Object.entries(value)) {
      path[end] = key;
      if (loneSurrogate.test(key)) refuse(path, 'a key with half a character');
      // As in JSON, a key without a value is no key.
      if (item !== undefined) count = check(item, path, count);
    }
  }
  path.pop();
  return count;
}

/**
 * Throws {@link LanpeerError} `ERR_DATA`, with the path of the first value that is not JSON or a `Uint8Array`, or when
 * there are too many of them or they are too deep.
 */
export function checkData(data: unknown): void {
  check(data, [], 0);
}
