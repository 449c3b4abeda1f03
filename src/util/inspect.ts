import { inspect } from 'node:util';

/** The text, or its beginning and an ellipsis where it is longer; never half a character. */
export const cut = (text: string, chars: number): string =>
  (text.length > chars ? `${text.slice(0, chars)}…` : text).toWellFormed();

export interface InspectOptions {
  /** Characters of a string that are shown. */
  readonly chars: number;
  /** Items of an array, a set or a map that are shown. */
  readonly items: number;
}

/**
 * How any value looks. It runs none of the program's code: no `toString`, no `inspect.custom`, no trap of a proxy, no getter
 * but those of errors, which may throw.
 */
export const inspectValue = (value: unknown, { chars, items }: InspectOptions): string =>
  inspect(value, {
    depth: 1,
    compact: true,
    breakLength: Number.POSITIVE_INFINITY,
    customInspect: false,
    showProxy: true,
    maxArrayLength: items,
    maxStringLength: chars,
  });
