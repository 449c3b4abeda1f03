import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { Questions } from '../../../../src/cli/files/questions.ts';
import { StatusLine } from '../../../../src/cli/files/status-line.ts';
import { watchTransfers } from '../../../../src/cli/files/watch-transfers.ts';
import { FileTransfers } from '../../../../src/files/transfers.ts';
import { createVirtualClock } from '../../../../src/testing/index.ts';

/** A terminal, as far as it is written to; what it shows in the end, line by line. */
function terminal(isTTY = true) {
  let written = '';
  const write = (text: string): void => {
    written += text;
  };
  const stream = { isTTY, columns: 60, write };
  return {
    stream,
    get written() {
      return written;
    },
    get shown() {
      return written.split('\n').map((line) => line.split('\r\u001b[K').at(-1));
    },
  };
}

const offer = {
  id: new Uint8Array(32),
  entries: 1,
  files: 1,
  bytes: 1_000_000,
  names: ['a'],
  items: 1,
  resumable: true,
};
const peer = 'a'.repeat(52);
const { signal } = new AbortController();

test('lines go above the one that is drawn again and again', () => {
  const screen = terminal();
  const line = new StatusLine(screen.stream);
  line.draw('10 %');
  line.draw('20 %');
  line.say('a peer came');
  line.draw('30 %');
  expect(screen.shown).toEqual(['lanpeer: a peer came', '30 %']);
  line.draw('');
  expect(screen.shown).toEqual(['lanpeer: a peer came', '']);
});

test('what others write to the same terminal stands above the line', () => {
  const screen = terminal();
  const line = new StatusLine(screen.stream);
  line.draw('10 %');
  line.aside(() => screen.stream.write('/in/a\n'));
  line.ask('Take it? ');
  line.aside(() => screen.stream.write('/in/b\n'));
  expect(screen.shown).toEqual(['/in/a', '/in/b', 'Take it? ']);
});

test('nothing is drawn where standard error is no terminal, and no escape of a peer reaches it', () => {
  const screen = terminal(false);
  const line = new StatusLine(screen.stream);
  line.draw('10 %');
  line.say('photo\u001b[2J\u202egpj');
  expect(screen.written).toBe('lanpeer: photo\\u{1b}[2J\\u{202e}gpj\n');
});

test('what somebody else wrote stands further to the right, so that it looks like no line of ours', () => {
  const screen = terminal();
  const line = new StatusLine(screen.stream);
  line.draw('10 %');
  line.show('text from e\u001bvil:', ['Hi', 'lanpeer: photo.jpg from desk: verified']);
  expect(screen.shown).toEqual([
    'lanpeer: text from e\\u{1b}vil:',
    '  Hi',
    '  lanpeer: photo.jpg from desk: verified',
    '10 %',
  ]);
});

test('one question is asked at a time, and no other text comes between it and its answer', async () => {
  const screen = terminal();
  const line = new StatusLine(screen.stream);
  const input = new PassThrough();
  const questions = new Questions(input, line);
  input.write('y\n');
  line.draw('10 %');
  const first = questions.ask('First? ', signal);
  const second = questions.ask('Second? ', signal);
  line.draw('20 %');
  line.say('news');
  expect(screen.shown).toEqual(['lanpeer: news', 'First? ']);
  input.write('yes\n');
  expect(await first).toBe(true);
  expect(screen.shown.at(-1)).toContain('Second? ');
  input.write('\n');
  expect(await second).toBe(false);
  expect(screen.shown.at(-1)).toContain('20 %');
});

test.each([
  ['y\n', true],
  ['YES\r\n', true],
  ['yes please\n', false],
  ['n\n', false],
  ['\n', false],
  [`${'y'.repeat(10_000)}\n`, false],
])('%j means %s', async (typed, isYes) => {
  const input = new PassThrough();
  const questions = new Questions(input, new StatusLine(terminal().stream));
  const asked = questions.ask('? ', signal);
  input.write(typed);
  expect(await asked).toBe(isYes);
});

test('a question that nobody waits for is taken back, and the end of what is typed is a no', async () => {
  const screen = terminal();
  const input = new PassThrough();
  const questions = new Questions(input, new StatusLine(screen.stream));
  const gone = new AbortController();
  const first = questions.ask('First? ', gone.signal);
  const second = questions.ask('Second? ', signal);
  gone.abort(new Error('gone'));
  await expect(first).rejects.toThrow('gone');
  expect(screen.shown).toEqual(['First? ', 'Second? ']);
  input.end();
  expect(await second).toBe(false);
  expect(await questions.ask('Third? ', signal)).toBe(false);
});

test('transfers under way are drawn and told now and then, and not when they are over', async () => {
  const clock = createVirtualClock();
  const screen = terminal();
  const transfers = new FileTransfers(() => 0);
  const told: object[] = [];
  const end = watchTransfers(transfers, {
    clock,
    line: new StatusLine(screen.stream),
    output: { tell: (event) => void told.push(event) },
  });
  const transfer = transfers.begin('send', peer, offer);
  await clock.advanceAsync(100);
  expect(screen.shown).toEqual(['waits for an answer  a']);
  for (let step = 1; step <= 10; step += 1) {
    transfer.set({ state: 'moving', bytesDone: step * 50_000 });
    await clock.advanceAsync(100);
  }
  expect(screen.shown).toEqual(['[##########..........] 50 %  500 kB of 1.00 MB  500 kB/s  …']);
  // Twice a second, and when something else is done.
  expect(told.map((event) => ('bytesDone' in event ? event.bytesDone : undefined))).toEqual([0, 50_000, 300_000]);
  transfer.set({ state: 'away' });
  transfer.set({ state: 'moving' });
  expect(told.map((event) => ('state' in event ? event.state : undefined)).slice(-2)).toEqual(['away', 'moving']);
  transfers.begin('receive', peer, offer).set({ state: 'moving' });
  await clock.advanceAsync(100);
  expect(screen.shown[0]).toMatch(/^\(1 more\) \[/);
  transfer.set({ state: 'done' });
  await clock.advanceAsync(100);
  expect(screen.shown[0]).toMatch(/^\[\.+\] 0 %/);
  end();
  expect(screen.shown).toEqual(['']);
});
