import { printable } from '../util/printable.ts';

const shown = 3;

interface Named {
  readonly id: string;
  readonly name: string;
}

/** Its name, and the beginning of its id. Names come from the network. */
export const nameOf = ({ id, name }: Named): string => `${printable(name)} (${id.slice(0, 8)})`;

/** The first few of them. */
export function listOf(texts: readonly string[]): string {
  return `${texts.slice(0, shown).join(', ')}${texts.length > shown ? ` and ${texts.length - shown} more` : ''}`;
}

/** `1 node`, `2 nodes`. */
export const count = (number: number, one: string): string => `${number} ${one}${number === 1 ? '' : 's'}`;

/** `just now`, `12 s ago`, `4 min ago`. */
export function ago(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 1) return 'just now';
  return seconds < 120 ? `${seconds} s ago` : `${Math.round(seconds / 60)} min ago`;
}
