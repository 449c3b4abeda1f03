import { eastAsianWidth } from 'get-east-asian-width';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const narrow = /^[\x20-\x7e]*$/;
const invisible = /^[\p{M}\p{Cf}\p{Cc}]+$/u;
const emoji = /\p{Emoji_Presentation}|\ufe0f/u;

/** What a person counts as characters. */
export const splitGraphemes = (text: string): readonly string[] =>
  narrow.test(text) ? [...text] : Array.from(graphemes.segment(text), ({ segment }) => segment);

function widthOfGrapheme(grapheme: string): number {
  if (invisible.test(grapheme)) return 0;
  if (emoji.test(grapheme)) return 2;
  return eastAsianWidth(grapheme.codePointAt(0) ?? 0);
}

/** Columns that a terminal uses for the text, which has no control characters. */
export const widthOf = (text: string): number =>
  narrow.test(text) ? text.length : splitGraphemes(text).reduce((sum, one) => sum + widthOfGrapheme(one), 0);

/** The beginning of the text that fits, with an ellipsis if that is not all of it. */
export function fitText(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let fitting = '';
  let width = 0;
  for (const grapheme of splitGraphemes(text)) {
    width += widthOfGrapheme(grapheme);
    if (width > columns - 1) break;
    fitting += grapheme;
  }
  return columns > 0 ? `${fitting}…` : '';
}

/** The text, filled with blanks to a width that it does not exceed. */
export const padText = (text: string, columns: number): string =>
  `${text}${' '.repeat(Math.max(0, columns - widthOf(text)))}`;

/** Each tab as blanks up to the next eighth column. */
export function expandTabs(line: string): string {
  if (!line.includes('\t')) return line;
  let text = '';
  for (const part of line.split(/(\t)/)) text += part === '\t' ? ' '.repeat(8 - (widthOf(text) % 8)) : part;
  return text;
}

/** A line in pieces of at most that many columns: broken behind a blank where there is one, else anywhere. */
export function wrapLine(line: string, columns: number): readonly string[] {
  const most = Math.max(2, columns);
  const rows: string[] = [];
  let row = '';
  let width = 0;
  for (const word of line.match(/[^ ]* *|^$/g) ?? []) {
    const bare = word.trimEnd();
    const wordWidth = widthOf(bare);
    if (width > 0 && width + wordWidth > most) {
      rows.push(row.trimEnd());
      row = '';
      width = 0;
    }
    if (wordWidth <= most) {
      row += word;
      width += widthOf(word);
      continue;
    }
    for (const grapheme of splitGraphemes(word)) {
      const one = widthOfGrapheme(grapheme);
      if (width + one > most) {
        rows.push(row);
        row = '';
        width = 0;
      }
      row += grapheme;
      width += one;
    }
  }
  rows.push(row.trimEnd());
  return rows;
}
