import { inspect, types } from 'node:util';
import { limits } from '../limits.ts';

/** A network key is a secret: it goes into no message, whatever place it was given in. */
const secret = /lanpeer-key-\w*/gi;

/**
 * Any value as a short text for a message, on one line. It runs no code of the program's but getters of errors, and
 * never throws: a proxy, a revoked one too, and an object whose `toString` throws are shown as well.
 */
export function describe(value: unknown): string {
  return cut(textOf(value).replace(secret, 'lanpeer-key-…'));
}

function textOf(value: unknown): string {
  try {
    if (typeof value === 'string') return JSON.stringify(value.slice(0, limits.messageValueChars * 2));
    if (typeof value === 'bigint') return `${value}n`;
    if (typeof value === 'function') return types.isProxy(value) ? 'a proxy' : 'a function';
    if (types.isNativeError(value)) return `${value.name}: ${value.message}`;
    return inspect(value, {
      depth: 1,
      compact: true,
      breakLength: Number.POSITIVE_INFINITY,
      customInspect: false,
      showProxy: true,
      maxArrayLength: 5,
      maxStringLength: limits.messageValueChars,
    });
  } catch {
    return `a value of type ${typeof value}`;
  }
}

function cut(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  const short = line.length > limits.messageValueChars ? `${line.slice(0, limits.messageValueChars)}…` : line;
  return short.toWellFormed();
}
