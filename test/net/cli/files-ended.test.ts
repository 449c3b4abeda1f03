import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type CliEvent, runToEnd } from '../../support/cli.ts';
import { is, setUpFileCommands } from '../../support/file-commands.ts';

const moving = ({ event, state }: CliEvent): boolean => event === 'progress' && state === 'moving';

test('a text is shown while files come, and they go on', async () => {
  const { into, node, receive, send } = await setUpFileCommands();
  const { cli } = await receive('--yes', '--once');
  const sender = send('shelf', '-', '--as', 'log.txt');
  sender.child.stdin?.write('first\n');
  await cli.waitFor('progress', moving);
  const text = await runToEnd(['send', 'shelf', '--text', 'Hi', '--name', 'phone', '--ephemeral', ...node]);
  expect(text.code).toBe(0);
  expect(await cli.waitFor('text', is('text'))).toMatchObject({ name: 'phone', text: 'Hi' });
  sender.child.stdin?.end('last\n');
  expect(await sender.exited).toBe(0);
  expect(await cli.exited).toBe(0);
  expect(await readFile(join(into, 'log.txt'), 'utf8')).toBe('first\nlast\n');
});

test('who ended a transfer is said on both sides: the sender', async () => {
  const { receive, send } = await setUpFileCommands();
  const { cli } = await receive('--yes', '--once');
  const sender = send('shelf', '-', '--as', 'b');
  sender.child.stdin?.write('begun');
  await cli.waitFor('progress', moving);
  sender.kill('SIGINT');
  expect(await sender.exited).toBe(130);
  expect(await cli.exited).toBe(1);
  expect(cli.log).toMatch(/^lanpeer: b from desk \(\w{8}\) ended half-way: desk \(\w{8}\) stopped sending\.$/m);
});

test('who ended a transfer is said on both sides: the receiver', async () => {
  const { receive, send } = await setUpFileCommands();
  const { cli } = await receive('--yes');
  const sender = send('shelf', '-', '--as', 'c');
  sender.child.stdin?.write('begun');
  await cli.waitFor('progress', moving);
  cli.kill('SIGINT');
  expect(await cli.exited).toBe(130);
  expect(cli.log).toMatch(/^lanpeer: c from desk \(\w{8}\) ended half-way: this command was interrupted\.$/m);
  sender.child.stdin?.end();
  expect(await sender.exited).toBe(1);
  expect(sender.log).toMatch(/^lanpeer: ERR_CUT_OFF: shelf stopped receiving, and what comes from a pipe/m);
});
