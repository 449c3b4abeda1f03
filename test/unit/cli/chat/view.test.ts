import { expect, test } from 'vitest';
import { shownLines } from '../../../../src/cli/chat/entries.ts';
import type { Action } from '../../../../src/cli/chat/keys.ts';
import { ChatView } from '../../../../src/cli/chat/view.ts';
import { plain } from '../../../../src/cli/style.ts';
import { widthOf } from '../../../../src/cli/terminal/text-width.ts';

const at = new Date(2026, 0, 2, 3, 4).getTime();
const desk = { id: 'a'.repeat(52), label: 'desk', isOwn: false };

function viewOf(...texts: readonly string[]): ChatView {
  const view = new ChatView(plain);
  view.setStatus('phone, with desk');
  for (const text of texts) view.add({ at, author: desk, lines: shownLines(text) });
  return view;
}

const type = (view: ChatView, text: string): void => void view.act({ do: 'type', text });
const size = { columns: 40, rows: 8 };

test('the newest is above the status, what is written below it', () => {
  const view = viewOf('one', 'two');
  type(view, 'three');
  expect(view.frame(size)).toEqual({
    lines: ['', '', '', '', '03:04 desk: one', '03:04 desk: two', ' phone, with desk'.padEnd(40), '> three'],
    cursor: { row: 7, column: 7 },
  });
});

test('what is sent leads outside once, and is empty then', () => {
  const view = viewOf();
  type(view, 'Hi');
  expect(view.act({ do: 'send' })).toEqual({ kind: 'written', text: 'Hi' });
  expect(view.act({ do: 'send' })).toBeUndefined();
  expect(view.frame(size).lines.at(-1)).toBe('> ');
  view.act({ do: 'older' });
  expect(view.frame(size).lines.at(-1)).toBe('> Hi');
});

test('Ctrl-C clears what is written, and leaves where nothing is; Ctrl-D leaves only where nothing is', () => {
  const view = viewOf();
  const both: readonly Action[] = [{ do: 'end-of-file' }, { do: 'interrupt' }];
  type(view, 'Hi');
  expect(both.map((action) => view.act(action))).toEqual([undefined, undefined]);
  expect(both.map((action) => view.act(action))).toEqual([
    { kind: 'leave', interrupted: false },
    { kind: 'leave', interrupted: true },
  ]);
});

test('many lines are written in a third of the screen, around the cursor', () => {
  const view = viewOf('one');
  type(view, 'a\nb\nc\nd\ne\nf');
  const lines = view.frame({ columns: 40, rows: 12 }).lines;
  expect(lines.slice(-4)).toEqual(['  c', '  d', '  e', '  f']);
  expect(lines).toHaveLength(12);
  for (let no = 0; no < 20; no += 1) view.act({ do: 'edit', edit: 'left' });
  const top = view.frame({ columns: 40, rows: 12 });
  expect(top.lines.slice(-4)).toEqual(['> a', '  b', '  c', '  d']);
  expect(top.cursor).toEqual({ row: 8, column: 2 });
});

test('scrolled back, it says how much is below, and sending goes back to the end', () => {
  const view = viewOf(...Array.from({ length: 20 }, (_, no) => `text ${no}`));
  view.frame(size);
  view.act({ do: 'scroll', pages: 1 });
  expect(view.frame(size).lines[5]).toMatch(/text 14$/);
  expect(view.frame(size).lines[6]).toMatch(/^ 5 below, Ctrl-End {2}phone/);
  type(view, 'Hi');
  view.act({ do: 'send' });
  expect(view.frame(size).lines[5]).toMatch(/text 19$/);
});

test('on a screen of any size the frame fits, and the cursor is in it', () => {
  const view = viewOf('x'.repeat(1_048_576), '漢字 '.repeat(400), '\n'.repeat(1_000));
  type(view, `${'漢'.repeat(30)}\n\tbehind a tab`);
  for (const columns of [4, 5, 9, 20, 80, 300])
    for (const rows of [1, 2, 3, 5, 24]) {
      const { lines, cursor } = view.frame({ columns, rows });
      expect(lines.length).toBeLessThanOrEqual(rows);
      for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns);
      expect(cursor?.row).toBeLessThan(rows);
      expect(cursor?.row).toBeGreaterThanOrEqual(0);
      expect(cursor?.column).toBeLessThan(columns);
    }
});
