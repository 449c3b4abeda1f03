import { widthOf } from '../terminal/text-width.ts';
import type { Draft } from './editor.ts';

const [prompt, behind] = ['> ', '  '];
const tabColumns = 4;

export interface InputRows {
  readonly rows: readonly string[];
  readonly cursor: { readonly row: number; readonly column: number };
}

/** What is being written, in rows of a screen: those around the cursor, at most `most`. */
export function inputRows({ characters, cursor }: Draft, columns: number, most: number): InputRows {
  const inner = Math.max(2, columns - prompt.length - 1);
  const rows: string[] = [''];
  let width = 0;
  let place = { row: 0, column: 0 };
  const wrap = (): void => {
    rows.push('');
    width = 0;
  };
  for (let at = 0; at <= characters.length; at += 1) {
    const character = characters[at] ?? '';
    const shown = character === '\t' ? ' '.repeat(Math.min(tabColumns, inner)) : character;
    const one = character === '\n' ? 0 : widthOf(shown);
    if (width + one > inner) wrap();
    if (at === cursor) place = { row: rows.length - 1, column: width };
    if (character === '\n') wrap();
    else {
      rows[rows.length - 1] += shown;
      width += one;
    }
  }
  const first = Math.max(0, Math.min(place.row - most + 1, rows.length - most));
  return {
    rows: rows.slice(first, first + most).map((row, no) => `${first + no === 0 ? prompt : behind}${row}`),
    cursor: { row: place.row - first, column: Math.min(place.column + prompt.length, Math.max(0, columns - 1)) },
  };
}
