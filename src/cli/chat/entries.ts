import { limits } from '../../limits.ts';
import { printable } from '../../util/printable.ts';
import type { Paint, Style } from '../style.ts';
import { expandTabs, fitText, wrapLine } from '../terminal/text-width.ts';
import { printableText } from '../text/printable-text.ts';
import type { Entry } from './history.ts';

/** Lines of what somebody wrote, as far as they are shown. */
export function shownLines(text: string): readonly string[] {
  const { entryChars, entryLines } = limits.cli;
  const cut = text.length > entryChars ? text.slice(0, entryChars).toWellFormed() : text;
  const lines = printableText(cut).map(expandTabs);
  const rest = [
    ...(lines.length > entryLines ? [`… ${lines.length - entryLines} more lines`] : []),
    ...(cut.length < text.length ? [`… ${text.length - cut.length} more characters`] : []),
  ];
  return [...lines.slice(0, entryLines), ...rest];
}

/** A name as others see it; where another one has it too, with the beginning of the id. */
export function labelOf({ id, name }: { readonly id: string; readonly name: string }, isTaken: boolean): string {
  const label = fitText(printable(name), limits.cli.labelColumns);
  return isTaken || label.trim() === '' ? `${label}~${id.slice(0, 4)}` : label;
}

const colours: readonly Style[] = ['cyan', 'green', 'yellow', 'magenta', 'blue'];

/** The same for one device wherever it is seen. */
function colourOf(id: string): Style {
  let sum = 0;
  for (const character of id.slice(0, 8)) sum = (sum * 31 + character.charCodeAt(0)) % 997;
  return colours[sum % colours.length] ?? 'cyan';
}

const timeColumns = 6;
const timeOf = (at: number): string => new Date(at).toTimeString().slice(0, 5);

/** The rows of an entry on a screen. */
export function rowsOfEntry(entry: Entry, columns: number, paint: Paint): readonly string[] {
  const { at, author, lines } = entry;
  const hasTime = columns >= 5 * timeColumns;
  const inner = hasTime ? columns - timeColumns : columns;
  const head = author ? `${author.label}${entry.isPrivate ? ' (to you alone)' : ''}: ` : '* ';
  const rows = lines.flatMap((line, no) => wrapLine(no === 0 ? head + line : line, inner));
  return rows.map((row, no) => {
    const time = hasTime ? (no === 0 ? paint('dim', `${timeOf(at)} `) : ' '.repeat(timeColumns)) : '';
    if (!author) return time + paint('dim', row);
    const name = head.trimEnd();
    if (no > 0 || !row.startsWith(name)) return time + row;
    return time + paint(author.isOwn ? 'bold' : colourOf(author.id), name) + row.slice(name.length);
  });
}
