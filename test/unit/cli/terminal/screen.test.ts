import { EventEmitter, once } from 'node:events';
import type { WriteStream } from 'node:tty';
import { expect, test } from 'vitest';
import { drawing, Screen, sizeOf } from '../../../../src/cli/terminal/screen.ts';

/** A terminal that takes what is written, and tells when something was. */
class Terminal extends EventEmitter {
  columns = 20;
  rows = 3;
  written = '';
  writableNeedDrain = false;
  write(text: string): boolean {
    this.written += text;
    this.emit('written');
    return true;
  }
}

const open = (terminal: Terminal, render: (size: { columns: number; rows: number }) => string): Screen =>
  new Screen(terminal as unknown as WriteStream, 1, (size) => ({ lines: [render(size)] }));

test('a frame is drawn over the one before: each row is erased before it is written, and what is below', () => {
  expect(drawing({ lines: ['a', 'b'], cursor: { row: 1, column: 2 } }, 3)).toBe(
    '\x1b[?25l\x1b[H\x1b[Ka\r\n\x1b[Kb\r\n\x1b[J\x1b[2;3H\x1b[?25h',
  );
  expect(drawing({ lines: ['a', 'b'] }, 2)).toBe('\x1b[?25l\x1b[H\x1b[Ka\r\n\x1b[Kb');
});

test('a terminal that tells no size has 80 columns and 24 rows', () => {
  expect(sizeOf({ columns: 0, rows: 0 })).toEqual({ columns: 80, rows: 24 });
});

test('the same frame is written once, after a resize again, and never after it was left', async () => {
  const terminal = new Terminal();
  let text = 'one';
  const screen = open(terminal, ({ columns }) => `${text} ${columns}`);
  const drawn = (): number => terminal.written.split('\x1b[H').length - 1;
  await once(terminal, 'written');
  expect(terminal.written).toContain('one 20');
  text = 'two';
  screen.draw();
  screen.draw();
  await once(terminal, 'written');
  expect(drawn()).toBe(2);
  terminal.columns = 30;
  terminal.emit('resize');
  await once(terminal, 'written');
  expect(terminal.written).toContain('two 30');
  screen.leave();
  const left = terminal.written;
  expect(left.endsWith('\x1b[?1049l\x1b[?25h')).toBe(true);
  screen.draw();
  terminal.emit('resize');
  screen.leave();
  expect(terminal.written).toBe(left);
  expect(terminal.listenerCount('resize')).toBe(0);
});

test('a terminal that does not keep up gets the frame that stands when it has', async () => {
  const terminal = new Terminal();
  let text = 'one';
  terminal.writableNeedDrain = true;
  const screen = open(terminal, () => text);
  const waits = new Promise<void>((resolve) => {
    terminal.on('newListener', (name) => name === 'drain' && resolve());
  });
  await waits;
  text = 'two';
  terminal.writableNeedDrain = false;
  queueMicrotask(() => terminal.emit('drain'));
  await once(terminal, 'written');
  expect(terminal.written).not.toContain('one');
  expect(terminal.written).toContain('two');
  screen.leave();
});
