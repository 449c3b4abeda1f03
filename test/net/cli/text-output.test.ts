import { spawn } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeDirectory, makeKeyFile, runToEnd, startNode } from '../../support/cli.ts';

test('without --json it speaks to people', async () => {
  const keyFile = await makeKeyFile();
  const a = await startNode({ keyFile, state: await makeDirectory(), more: ['--name', 'desk'] });
  const args = ['run', '--ephemeral', '--interface', '127.0.0.1', '--key-file', keyFile];
  const child = spawn(process.execPath, ['dist/cli/main.js', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  const ended = new Promise<unknown>((resolve) => child.once('close', resolve));
  try {
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (/connected over tls:/.test(text)) resolve();
      });
    });
  } finally {
    child.kill('SIGINT');
  }
  expect(await ended).toBe(0);
  expect(text).toMatch(/^\d\d:\d\d:\d\d {2}ready: [a-z2-7]{52} listens on port \d+\n/);
  expect(text).toMatch(new RegExp(`device found: desk \\(${a.id.slice(0, 8)}\\)`));
  expect(text).toMatch(/stopped\n$/);
});

test('key, help and version load no package: they work where none is installed', async () => {
  const directory = await makeDirectory();
  await cp('dist', join(directory, 'dist'), { recursive: true });
  await cp('package.json', join(directory, 'package.json'));
  const main = join(directory, 'dist', 'cli', 'main.js');
  for (const [args, output] of [
    [['key'], /^lanpeer-key-/],
    [['--help'], /lanpeer run \[options\]/],
    [['--version'], /^\d+\.\d+\.\d+/],
  ] as const)
    expect(await runToEnd(args, { main })).toEqual({ code: 0, stdout: expect.stringMatching(output), stderr: '' });
  expect(await runToEnd(['run', '--open'], { main })).toMatchObject({
    stderr: expect.stringMatching(/Cannot find package/),
  });
});
