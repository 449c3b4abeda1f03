import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { makeKeyFile, start } from '../../support/cli.ts';
import { Terminal, withoutTerminal } from '../../support/terminal.ts';

const loopback = ['--interface', '127.0.0.1', '--ephemeral'];

/** Whoever talks on a terminal, and whoever does it by lines. */
async function startChat(name: string, environment: Readonly<Record<string, string>> = {}) {
  const keyFile = await makeKeyFile();
  const more = [...loopback, '--key-file', keyFile];
  const terminal = new Terminal(['chat', '--name', 'desk', ...more], environment);
  const other = start(['chat', '--json', '--name', name, ...more]);
  await other.waitFor('joined', ({ event }) => event === 'joined', { timeMs: 20_000 });
  await terminal.shows(/is here/);
  return { terminal, other, more };
}

describe.skipIf(withoutTerminal())('on a terminal', () => {
  test('people talk, see who comes and goes, and get their terminal back', async () => {
    const { terminal, other } = await startChat('phone');
    await terminal.type('Hi wörld');
    await terminal.press('Enter');
    expect(await other.waitFor('message', ({ event }) => event === 'message')).toMatchObject({
      name: 'desk',
      text: 'Hi wörld',
    });
    other.write({ text: 'Hello\ndesk' });
    expect(await terminal.shows(/phone: Hello\n +desk/)).toMatch(/\d\d:\d\d desk: Hi wörld\n.* desk, with phone/s);
    await terminal.type('/who');
    await terminal.press('Enter');
    await terminal.shows(/\* phone \([a-z2-7]{8}\)/);
    other.child.stdin?.end();
    expect(await other.exited).toBe(0);
    await terminal.shows(/phone left/);
    await terminal.press('C-d');
    expect(await terminal.shows(/ended with 0/)).toMatch(/phone: Hello/);
  });

  test('what is pasted is one message of several lines, and sends nothing by itself', async () => {
    const { terminal, other } = await startChat('phone');
    await terminal.paste('one\ntwo\n\u001b[31mthree');
    await terminal.shows(/> one\n {2}two\n {2}\[31mthree/);
    expect(other.events.some(({ event }) => event === 'message')).toBe(false);
    await terminal.press('Enter');
    expect(await other.waitFor('message', ({ event }) => event === 'message')).toMatchObject({
      text: 'one\ntwo\n[31mthree',
    });
  });

  test('a screen of another size shows the same, and history scrolls', async () => {
    const { terminal, other } = await startChat('phone');
    for (let no = 1; no <= 40; no += 1) other.write({ text: `text ${no} is so long that a narrow screen breaks it` });
    await terminal.shows(/text 40 is/);
    await terminal.resize(30, 8);
    expect(await terminal.shows(/phone: text 40 is so\n/)).toMatch(/ desk, with phone/);
    await terminal.press('PageUp');
    await terminal.shows(/below, Ctrl-End/);
    await terminal.resize(100, 30);
    expect(await terminal.shows(/text 2\d is so long that a narrow screen breaks it/)).not.toMatch(/text 40 is/);
    await terminal.press('PageDown', 'PageDown', 'PageDown');
    await terminal.shows(/text 40 is so long/);
  });

  test('neither a name nor a message acts on the terminal, however long', async () => {
    const { terminal, other } = await startChat('e\u001b[2Jvil\u202e');
    other.write({ text: '\u001b]0;pwned\u0007\u001b[?1049l\u009b31m\u001b[2J\u001b[H\u202etrojan' });
    const seen = await terminal.shows(/trojan/);
    expect(seen).toMatch(/e\\u\{1b\}\[2Jvil\\u\{202e\}:\s+\\u\{1b\}\]0;pwned\\u\{7\}/);
    expect(seen).toMatch(/ desk, with /);
    other.write({ text: 'x'.repeat(1_000_000) });
    await terminal.shows(/… 983616 more characters/);
    other.write({ text: '\n'.repeat(100_000) });
    await terminal.shows(/… \d+ more characters/);
    await terminal.type('still here');
    await terminal.shows(/> still here/);
  });

  test('Ctrl-C clears what is written first, and leaves then, with the code of an interrupt', async () => {
    const { terminal } = await startChat('phone');
    await terminal.type('no');
    await terminal.shows(/> no/);
    await terminal.press('C-c');
    await terminal.shows(/\n>\s*$/);
    await terminal.press('C-c');
    await terminal.shows(/ended with 130/);
  });

  test('names have colours, and none with NO_COLOR', async () => {
    const coloured = await startChat('phone');
    coloured.other.write({ text: 'Hi' });
    await coloured.terminal.shows(/phone: Hi/);
    const seen = await coloured.terminal.screen({ styled: true });
    expect(seen.split('\n').find((line) => line.includes('Hi'))).toContain('\u001b[3');
    const plain = await startChat('phone', { NO_COLOR: '1' });
    plain.other.write({ text: 'Hi' });
    await plain.terminal.shows(/phone: Hi/);
    expect(await plain.terminal.screen({ styled: true })).not.toContain('\u001b');
  });

  test('peers --watch keeps its table up to date, and leaves it behind', async () => {
    const keyFile = await makeKeyFile();
    const more = [...loopback, '--key-file', keyFile];
    const terminal = new Terminal(['peers', '--watch', '--name', 'desk', ...more]);
    await terminal.shows(/desk has 0 peers/);
    const phone = start(['run', '--json', '--name', 'phone', ...more]);
    await terminal.shows(/desk has 1 peer;.*NAME .*phone +[a-z2-7]{8} {2}127\.0\.0\.1/s);
    await terminal.resize(30, 6);
    await terminal.shows(/phone +[a-z2-7]{8}/);
    phone.write({ do: 'stop' });
    await terminal.shows(/desk has 0 peers/);
    await terminal.press('C-c');
    await terminal.shows(/ended with 130/);
  });

  test('run says what to use instead of what is typed into it', async () => {
    const terminal = new Terminal(['run', '--open', ...loopback]);
    await terminal.shows(/what is written here goes nowhere: lanpeer chat/);
    await terminal.press('C-c');
    await terminal.shows(/ended with 0/);
  });

  test('a network key is asked for without showing it', async () => {
    const keyFile = await makeKeyFile();
    const phone = start(['run', '--json', '--name', 'phone', '--key-file', keyFile, ...loopback]);
    await phone.waitFor('ready', ({ event }) => event === 'ready');
    const key = (await readFile(keyFile, 'utf8')).trim();
    const terminal = new Terminal(['ping', 'phone', '--count', '1', '--ask-key', ...loopback]);
    await terminal.shows(/Network key \(not shown\):/);
    await terminal.type(`${key}x`);
    await terminal.press('BSpace', 'Enter');
    expect(await terminal.shows(/1 sent, 0 lost.*ended with 0/s)).not.toContain(key.slice(0, 20));
  });
});
