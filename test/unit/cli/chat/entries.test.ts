import { expect, test } from 'vitest';
import { labelOf, rowsOfEntry, shownLines } from '../../../../src/cli/chat/entries.ts';
import { type Paint, plain } from '../../../../src/cli/style.ts';
import { widthOf } from '../../../../src/cli/terminal/text-width.ts';
import { limits } from '../../../../src/limits.ts';

const id = 'abcdefgh'.padEnd(52, 'a');
const at = new Date(2026, 0, 2, 3, 4).getTime();
const marked: Paint = (style, text) => `<${style}>${text}</>`;

test('of a message so many characters and lines are shown, and the rest is counted', () => {
  const { entryChars, entryLines } = limits.cli;
  expect(shownLines('a\nb')).toEqual(['a', 'b']);
  const long = shownLines('x'.repeat(1_048_576));
  expect(long).toEqual(['x'.repeat(entryChars), `… ${1_048_576 - entryChars} more characters`]);
  const high = shownLines('\n'.repeat(entryLines + 4));
  expect(high).toHaveLength(entryLines + 1);
  expect(high.at(-1)).toBe('… 5 more lines');
});

test('nothing that a peer writes acts on a terminal, tabs become blanks', () => {
  expect(shownLines('\x1b]0;title\x07\ta\u202e\u2028')).toEqual(['\\u{1b}]0;title\\u{7}     a\\u{202e}\\u{2028}']);
});

test('a name is one line of bounded width, and has the id where another one has that name', () => {
  expect(labelOf({ id, name: 'de\nsk\x1b[2J' }, false)).toBe('de\\u{a}sk\\u{1b}[2J');
  expect(widthOf(labelOf({ id, name: '漢'.repeat(60) }, false))).toBeLessThanOrEqual(limits.cli.labelColumns);
  expect(labelOf({ id, name: 'desk' }, true)).toBe('desk~abcd');
  expect(labelOf({ id, name: '  ' }, false)).toBe('  ~abcd');
});

test('a message has the time, who wrote it, and its lines below each other', () => {
  const author = { id, label: 'desk', isOwn: false };
  expect(rowsOfEntry({ at, author, lines: ['Hi there', 'you'] }, 40, plain)).toEqual([
    '03:04 desk: Hi there',
    '      you',
  ]);
  expect(rowsOfEntry({ at, author, lines: ['one two three four'] }, 24, plain)).toEqual(['desk: one two three four']);
  expect(rowsOfEntry({ at, author: null, lines: ['phone left'] }, 40, plain)).toEqual(['03:04 * phone left']);
  expect(rowsOfEntry({ at, author, isPrivate: true, lines: ['psst'] }, 40, plain)).toEqual([
    '03:04 desk (to you alone): psst',
  ]);
});

test('no row is wider than the screen', () => {
  const author = { id, label: 'desk', isOwn: false };
  const lines = ['漢字かな交じり文 and words 👩‍🔬👩‍🔬👩‍🔬', 'x'.repeat(100)];
  for (const columns of [3, 10, 29, 30, 41, 80])
    for (const row of rowsOfEntry({ at, author, lines }, columns, plain))
      expect(widthOf(row)).toBeLessThanOrEqual(columns);
});

test('one device has one colour, this one is bold', () => {
  const row = (isOwn: boolean): string =>
    rowsOfEntry({ at, author: { id, label: 'desk', isOwn }, lines: ['Hi'] }, 40, marked)[0] ?? '';
  expect(row(false)).toBe(row(false));
  expect(row(false)).toMatch(/^<dim>03:04 <\/><(cyan|green|yellow|magenta|blue)>desk:<\/> Hi$/);
  expect(row(true)).toBe('<dim>03:04 </><bold>desk:</> Hi');
});
