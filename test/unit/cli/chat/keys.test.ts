import { emitKeypressEvents } from 'node:readline';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { type Action, type Key, Keyboard } from '../../../../src/cli/chat/keys.ts';
import { limits } from '../../../../src/limits.ts';

/** What the bytes of a terminal ask for, as Node cuts them into keys. */
function press(bytes: string, keyboard = new Keyboard()): readonly Action[] {
  const terminal = new PassThrough();
  const actions: Action[] = [];
  emitKeypressEvents(terminal);
  terminal.on('keypress', (text: string | undefined, key: Key) => {
    const action = keyboard.press(text, key);
    if (action) actions.push(action);
  });
  terminal.emit('data', Buffer.from(bytes));
  return actions;
}

test.each<[string, string, Action]>([
  ['a letter', 'ü', { do: 'type', text: 'ü' }],
  ['a blank', ' ', { do: 'type', text: ' ' }],
  ['Enter', '\r', { do: 'send' }],
  ['Ctrl-J', '\n', { do: 'type', text: '\n' }],
  ['Alt-Enter', '\x1b\r', { do: 'type', text: '\n' }],
  ['Backspace', '\x7f', { do: 'edit', edit: 'erase-left' }],
  ['Ctrl-W', '\x17', { do: 'edit', edit: 'erase-word' }],
  ['Ctrl-Right', '\x1b[1;5C', { do: 'edit', edit: 'word-right' }],
  ['Home', '\x1b[H', { do: 'edit', edit: 'start' }],
  ['Up', '\x1b[A', { do: 'older' }],
  ['PageUp', '\x1b[5~', { do: 'scroll', pages: 1 }],
  ['PageDown', '\x1b[6~', { do: 'scroll', pages: -1 }],
  ['Ctrl-End', '\x1b[1;5F', { do: 'to-end' }],
  ['Ctrl-C', '\x03', { do: 'interrupt' }],
  ['Ctrl-D', '\x04', { do: 'end-of-file' }],
  ['Ctrl-L', '\x0c', { do: 'redraw' }],
])('%s', (_name, bytes, action) => {
  expect(press(bytes)).toEqual([action]);
});

test('keys that mean nothing here do nothing', () => {
  expect(press('\x1b[15~\x1b[1;2P\x1bz\x00\x01\t'.replace('\x01', ''))).toEqual([]);
});

test('what is pasted is text as a whole: its ends of line send nothing, and nothing in it acts', () => {
  expect(press('\x1b[200~one\r\ntwo\rthr\x03ee\t\x1b[31m👩‍🔬\x1b[201~x')).toEqual([
    { do: 'type', text: 'one\ntwo\nthree\t[31m👩‍🔬' },
    { do: 'type', text: 'x' },
  ]);
});

test('of what is pasted a bounded part is taken', () => {
  const [action] = press(`\x1b[200~${'x'.repeat(limits.cli.pastedChars + 100)}\x1b[201~`);
  expect(action).toEqual({ do: 'type', text: 'x'.repeat(limits.cli.pastedChars) });
});
