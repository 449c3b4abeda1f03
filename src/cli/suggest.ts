import { nearest } from '../validation/nearest.ts';

/** ` Did you mean send?` if one of the words is close to what was written, else nothing. */
export function suggest(written: string, words: readonly string[]): string {
  const near = nearest(written, words);
  return near === undefined ? '' : ` Did you mean ${near}?`;
}
