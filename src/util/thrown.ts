import { types } from 'node:util';
import { limits } from '../limits.ts';
import { cut, inspectValue } from './inspect.ts';
import { printable } from './printable.ts';

/**
 * Looks at what was thrown. A program may throw anything: a revoked proxy, an object whose getters throw, a message
 * that is no string. Nothing here throws.
 */

function attempt<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

/** The property, if it is a string that says something. */
function textIn(value: unknown, key: string): string | undefined {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined;
  const text = attempt(() => (value as Readonly<Record<string, unknown>>)[key]);
  return typeof text === 'string' && text !== '' ? text : undefined;
}

const shown = { chars: limits.thrown.chars, items: 8 };

/** Its message as it is, or how it looks where it has none. */
export function textOf(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  // By its message, not by its class: an error of another realm is an error.
  const message = textIn(thrown, 'message');
  if (message !== undefined) return message;
  if (attempt(() => types.isNativeError(thrown))) return textIn(thrown, 'name') ?? 'an error without a message';
  return attempt(() => inspectValue(thrown, shown)) ?? 'a value that cannot be shown';
}

/** {@link textOf}, cut to a length. */
export const messageOf = (thrown: unknown): string => cut(textOf(thrown), limits.thrown.chars);

/** {@link messageOf} on one line that a log and a terminal can show. */
export const describeThrown = (thrown: unknown): string => printable(messageOf(thrown));

/** Its `code`, if that is a string. */
export const codeOf = (thrown: unknown): string | undefined => textIn(thrown, 'code');

/** Where it was made: the first place in its stack, on one line. */
export function placeOf(thrown: unknown): string | undefined {
  const place = /^ +at (.+)$/m.exec((textIn(thrown, 'stack') ?? '').slice(0, limits.thrown.stackChars))?.[1];
  return place === undefined ? undefined : printable(cut(place, limits.thrown.chars));
}
