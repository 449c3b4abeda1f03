import { expect, test } from 'vitest';
import { type Entry, History } from '../../../../src/cli/chat/history.ts';
import { limits } from '../../../../src/limits.ts';

const entry = (...lines: readonly string[]): Entry => ({ at: 0, author: null, lines });
const rowsOf = ({ lines }: Entry): number => lines.length;

/** The rows that are seen in a window of that height. */
function seen(history: History, height: number): readonly string[] {
  const rows: string[] = [];
  for (const [{ lines }, most] of history.seen(height, rowsOf)) rows.unshift(...lines.slice(0, most));
  return rows.slice(-height);
}

function historyOf(...entries: readonly (readonly string[])[]): History {
  const history = new History();
  for (const lines of entries) history.add(entry(...lines));
  return history;
}

test('the newest rows are seen, as many as fit', () => {
  const history = historyOf(['a'], ['b1', 'b2', 'b3'], ['c']);
  expect(seen(history, 3)).toEqual(['b2', 'b3', 'c']);
  expect(seen(history, 9)).toEqual(['a', 'b1', 'b2', 'b3', 'c']);
  expect(seen(new History(), 3)).toEqual([]);
});

test('who scrolls back sees older rows, no further than the oldest, and comes back to the newest', () => {
  const history = historyOf(['a'], ['b1', 'b2', 'b3'], ['c'], ['d']);
  history.scroll(1, 2, rowsOf);
  expect(seen(history, 2)).toEqual(['b3', 'c']);
  history.scroll(2, 2, rowsOf);
  expect(seen(history, 2)).toEqual(['b1', 'b2']);
  history.scroll(100, 2, rowsOf);
  expect(seen(history, 2)).toEqual(['a', 'b1']);
  history.scroll(-3, 2, rowsOf);
  expect(seen(history, 2)).toEqual(['b3', 'c']);
  history.scroll(-100, 2, rowsOf);
  expect(seen(history, 2)).toEqual(['c', 'd']);
  expect(history.unseen).toBe(0);
});

test('what is seen stays when others write, and they are counted', () => {
  const history = historyOf(['a'], ['b'], ['c']);
  history.scroll(1, 2, rowsOf);
  history.add(entry('d'));
  history.add(entry('e'));
  expect(seen(history, 2)).toEqual(['a', 'b']);
  expect(history.unseen).toBe(3);
  history.toEnd();
  expect(seen(history, 2)).toEqual(['d', 'e']);
});

test('nothing is scrolled where all of it is seen', () => {
  const history = historyOf(['a'], ['b']);
  history.scroll(5, 10, rowsOf);
  history.add(entry('c'));
  expect(seen(history, 10)).toEqual(['a', 'b', 'c']);
});

test('the oldest entries go, whatever is in them, and also under somebody who looks at them', () => {
  const history = historyOf(['first'], ['second']);
  history.scroll(1, 1, rowsOf);
  expect(seen(history, 1)).toEqual(['first']);
  const long = 'x'.repeat(limits.cli.historyChars / 8);
  for (let at = 0; at < 20; at += 1) history.add(entry(long));
  expect(history.length).toBeLessThan(9);
  expect(seen(history, 1)).toEqual([long]);
  const empty = new History();
  const most = limits.cli.historyChars / 64;
  for (let at = 0; at < 2 * most; at += 1) empty.add(entry(''));
  expect(empty.length).toBeLessThan(most);
});

test('on a screen of another width rows are others', () => {
  const history = historyOf(['a'], ['b1', 'b2', 'b3'], ['c']);
  history.scroll(2, 1, rowsOf);
  expect(seen(history, 1)).toEqual(['b2']);
  const narrow = (): number => 1;
  expect([...history.seen(2, narrow)].map(([{ lines }, rows]) => [lines[0], rows])).toEqual([
    ['b1', 1],
    ['a', 1],
  ]);
});
