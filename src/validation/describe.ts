import { types } from 'node:util';
import { limits } from '../limits.ts';
import { cut, inspectValue } from '../util/inspect.ts';

const shown = { chars: limits.messageValueChars, items: 5 };

/** A network key is a secret: it goes into no message, whatever place it was given in. */
const secret = /lanpeer-key-\w*/gi;

/**
 * Any value as a short text for a message, on one line. It runs no code of the program's but getters of errors, and
 * never throws: a proxy, a revoked one too, and an object whose `toString` throws are shown as well.
 */
export function describe(value: unknown): string {
  return cut(textOf(value).replace(secret, 'lanpeer-key-…').replaceAll(/\s+/g, ' '), limits.messageValueChars);
}

function textOf(value: unknown): string {
  try {
    if (typeof value === 'string') return JSON.stringify(value.slice(0, limits.messageValueChars * 2));
    if (typeof value === 'bigint') return `${value}n`;
    if (typeof value === 'function') return types.isProxy(value) ? 'a proxy' : 'a function';
    if (types.isNativeError(value)) return `${value.name}: ${value.message}`;
    return inspectValue(value, shown);
  } catch {
    return `a value of type ${typeof value}`;
  }
}
