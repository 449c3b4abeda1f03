import { chmod, open, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isDeviceId } from '../../../src/index.ts';
import { makeDirectory, makeKeyFile, runToEnd, start, startNode } from '../../support/cli.ts';
import { endOf, spawnCli, textOf } from '../../support/raw-cli.ts';

const network = /^lanpeer-key-[a-z2-7]{56}\n$/;

test('lanpeer key FILE writes a key that only its owner can read, and no file is ever written over', async () => {
  const file = join(await makeDirectory(), 'network.key');
  expect(await runToEnd(['key', file])).toEqual({ code: 0, stdout: '', stderr: '' });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const key = await readFile(file, 'utf8');
  expect(key).toMatch(network);
  expect(await runToEnd(['key', file])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/already/),
  });
  expect(await readFile(file, 'utf8')).toBe(key);
  const nowhere = await runToEnd(['key', join(file, 'below')]);
  expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringMatching(/cannot be written/) });
});

test('lanpeer key warns when it goes to a file that others may read', async () => {
  const directory = await makeDirectory();
  for (const [mode, warns] of [
    [0o644, true],
    [0o640, true],
    [0o600, false],
  ] as const) {
    const path = join(directory, `key-${mode}`);
    await writeFile(path, '', { mode });
    await chmod(path, mode);
    const file = await open(path, 'w');
    const child = spawnCli(['key'], ['ignore', file.fd, 'pipe']);
    const [text, code] = await Promise.all([textOf(child.stderr), endOf(child)]);
    await file.close();
    expect([mode, code, /others may read/.test(text), /lanpeer key FILE/.test(text)]).toEqual([mode, 0, warns, warns]);
    expect(await readFile(path, 'utf8')).toMatch(network);
  }
});

test('a key file that others may read is warned of', async () => {
  const keyFile = await makeKeyFile();
  await chmod(keyFile, 0o644);
  const { cli } = await startNode({ keyFile, state: await makeDirectory() });
  cli.write({ do: 'stop' });
  expect(await cli.exited).toBe(0);
  expect(cli.log).toMatch(/^lanpeer: warning: others may read .*: chmod 600/);
});

test('id --new makes another identity, unless a node has this one', async () => {
  const keyFile = await makeKeyFile();
  const state = await makeDirectory();
  const { cli, id } = await startNode({ keyFile, state });
  expect(await runToEnd(['id', '--new', '--state', state])).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/ERR_STATE_IN_USE/),
  });
  cli.write({ do: 'stop' });
  await cli.exited;
  const { code, stdout, stderr } = await runToEnd(['id', '--new', '--state', state]);
  expect(code).toBe(0);
  expect(isDeviceId(stdout.trim())).toBe(true);
  expect(stdout.trim()).not.toBe(id);
  expect(stderr).toContain(id);
  expect(await startNode({ keyFile, state })).toMatchObject({ id: stdout.trim() });
});

test('what cannot be written to standard output is a failure', async () => {
  const full = await open('/dev/full', 'w').catch(() => undefined);
  if (!full) return;
  for (const args of [['key'], ['--help'], ['id', '--state', await makeDirectory()]]) {
    const child = spawnCli(args, ['ignore', full.fd, 'pipe']);
    const [text, code] = await Promise.all([textOf(child.stderr), endOf(child)]);
    expect([args, code]).toEqual([args, 1]);
    expect(text).toMatch(/^lanpeer: standard output: ENOSPC/);
  }
  await full.close();
});

test('a reader of the help that goes away is no defect', async () => {
  const cli = start(['--help']);
  cli.child.stdout?.destroy();
  await cli.exited;
  expect(cli.log).toBe('');
});
