import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeDirectory, makeKeyFile, runToEnd } from '../../support/cli.ts';
import { Terminal, withoutTerminal } from '../../support/terminal.ts';

const loopback = ['--interface', '127.0.0.1', '--ephemeral'];

describe.skipIf(withoutTerminal())('files on a terminal', () => {
  test('receive asks, and where its question would not be seen it refuses', async () => {
    const keyFile = await makeKeyFile();
    const more = [...loopback, '--key-file', keyFile];
    const folder = await makeDirectory();
    const send = (name: string): Promise<{ readonly code: unknown }> => runToEnd(['send', name, keyFile, ...more]);
    const asking = new Terminal(['receive', folder, '--once', '--name', 'shelf', ...more]);
    await asking.shows(/shelf .* waits for what others send/);
    const sent = send('shelf');
    await asking.shows(/Take it\? \[y\/N\]/);
    await asking.type('y');
    await asking.press('Enter');
    expect(await sent).toMatchObject({ code: 0 });
    await asking.shows(/ended with 0/);
    const log = join(folder, 'log');
    const unseen = new Terminal(['receive', folder, '--name', 'attic', ...more], {}, log);
    expect(await send('attic')).toMatchObject({ code: 4 });
    await unseen.press('C-c');
    await unseen.shows(/ended with 130/);
    expect(await readFile(log, 'utf8')).toMatch(/nobody can be asked.*--yes takes them\n.*refused, because nobody/s);
  });
});
