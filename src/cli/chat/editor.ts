import { limits } from '../../limits.ts';
import { splitGraphemes } from '../terminal/text-width.ts';

/** What is being written: characters as people count them, and where the cursor is between them. */
export interface Draft {
  readonly characters: readonly string[];
  readonly cursor: number;
}

/** What a key does to a draft. */
export type Edit =
  | 'left'
  | 'right'
  | 'word-left'
  | 'word-right'
  | 'start'
  | 'end'
  | 'erase-left'
  | 'erase-right'
  | 'erase-word'
  | 'erase-to-start'
  | 'erase-to-end';

export const emptyDraft: Draft = { characters: [], cursor: 0 };

export const textOf = ({ characters }: Draft): string => characters.join('');

/** A draft with that text, and the cursor behind it. */
export function draftOf(text: string): Draft {
  const characters = splitGraphemes(text).slice(0, limits.cli.draftCharacters);
  return { characters, cursor: characters.length };
}

/** The draft with more text at the cursor, as far as there is room. */
export function insert({ characters, cursor }: Draft, text: string): Draft {
  const room = limits.cli.draftCharacters - characters.length;
  // A combining mark joins the character before it.
  const before = characters.slice(0, cursor).join('');
  const left = splitGraphemes(before + text).slice(0, cursor + room);
  return { characters: [...left, ...characters.slice(cursor)], cursor: left.length };
}

const isBlank = (character: string | undefined): boolean => character === undefined || /^\s$/.test(character);

function wordLeft(characters: readonly string[], from: number): number {
  let at = from;
  while (at > 0 && isBlank(characters[at - 1])) at -= 1;
  while (at > 0 && !isBlank(characters[at - 1])) at -= 1;
  return at;
}

function wordRight(characters: readonly string[], from: number): number {
  let at = from;
  while (at < characters.length && isBlank(characters[at])) at += 1;
  while (at < characters.length && !isBlank(characters[at])) at += 1;
  return at;
}

/** Start and end are those of the line that the cursor is in. */
const lineStart = (characters: readonly string[], from: number): number => characters.lastIndexOf('\n', from - 1) + 1;

function lineEnd(characters: readonly string[], from: number): number {
  const end = characters.indexOf('\n', from);
  return end < 0 ? characters.length : end;
}

const without = (characters: readonly string[], from: number, to: number): Draft => ({
  characters: [...characters.slice(0, from), ...characters.slice(to)],
  cursor: from,
});

export function edit({ characters, cursor }: Draft, what: Edit): Draft {
  const to = (place: number): Draft => ({ characters, cursor: Math.min(Math.max(place, 0), characters.length) });
  switch (what) {
    case 'left':
      return to(cursor - 1);
    case 'right':
      return to(cursor + 1);
    case 'word-left':
      return to(wordLeft(characters, cursor));
    case 'word-right':
      return to(wordRight(characters, cursor));
    case 'start':
      return to(cursor === 0 ? 0 : lineStart(characters, cursor));
    case 'end':
      return to(lineEnd(characters, cursor));
    case 'erase-left':
      return without(characters, Math.max(0, cursor - 1), cursor);
    case 'erase-right':
      return without(characters, cursor, Math.min(cursor + 1, characters.length));
    case 'erase-word':
      return without(characters, wordLeft(characters, cursor), cursor);
    case 'erase-to-start':
      return without(characters, cursor === 0 ? 0 : lineStart(characters, cursor), cursor);
    case 'erase-to-end':
      return without(characters, cursor, lineEnd(characters, cursor));
  }
}

/** What was sent before, which the arrow keys bring back. */
export class Sent {
  readonly #texts: string[] = [];
  #at = 0;
  #kept = '';

  add(text: string): void {
    if (this.#texts.at(-1) !== text) this.#texts.push(text);
    if (this.#texts.length > limits.cli.sentTexts) this.#texts.shift();
    this.#at = this.#texts.length;
    this.#kept = '';
  }

  /** The one before, in the place of what is being written, which is kept; undefined if there is none. */
  older(current: string): string | undefined {
    if (this.#at === 0) return undefined;
    if (this.#at === this.#texts.length) this.#kept = current;
    this.#at -= 1;
    return this.#texts[this.#at];
  }

  newer(): string | undefined {
    if (this.#at === this.#texts.length) return undefined;
    this.#at += 1;
    return this.#at === this.#texts.length ? this.#kept : this.#texts[this.#at];
  }
}
