import { readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { replayRecording } from '../../../src/testing/index.ts';
import { connection, makeDirectory, makeKeyFile, response, runToEnd, startNode } from '../../support/cli.ts';
import { endOf, spawnCli } from '../../support/raw-cli.ts';

const link = /^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/;
const show = (...args: readonly string[]) => runToEnd(['inspect', '--print', ...args]);

test('a node with --inspect says where its page is, and gives links to its owner', async () => {
  const [keyFile, state] = [await makeKeyFile(), await makeDirectory()];
  const { cli } = await startNode({ keyFile, state, more: ['--inspect'] });
  const { url } = await cli.waitFor('inspector', ({ event }) => event === 'inspector');
  expect(url).toMatch(link);
  const { stdout, code } = await show('--state', state);
  expect([code, stdout.trim()]).toEqual([0, expect.stringMatching(link)]);
  expect(stdout.trim()).not.toBe(url);
  expect((await fetch(stdout.trim())).status).toBe(200);
  expect((await fetch(String(url))).status).toBe(200);
  expect((await fetch(String(url))).status).toBe(403);
  cli.write({ do: 'inspect', ref: '1' });
  expect(await cli.waitFor('a link', response('1'))).toMatchObject({
    ok: true,
    data: { url: expect.stringMatching(link) },
  });
  expect((await stat(join(state, 'inspector.json'))).mode & 0o077).toBe(0);
  cli.write({ do: 'stop' });
  expect(await cli.exited).toBe(0);
  await expect(stat(join(state, 'inspector.json'))).rejects.toThrow(/ENOENT/);
});

test('a node without it opens its page when it is asked to', async () => {
  const [keyFile, state] = [await makeKeyFile(), await makeDirectory()];
  const { cli } = await startNode({ keyFile, state });
  expect(await show('--state', state)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('lanpeer run --inspect'),
  });
  cli.write({ do: 'inspect', ref: '1' });
  await cli.waitFor('a link', response('1'));
  expect(await show('--state', state)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^http/) });
});

test('a node that was killed leaves nothing that would be believed', async () => {
  const [keyFile, state] = [await makeKeyFile(), await makeDirectory()];
  const { cli } = await startNode({ keyFile, state, more: ['--inspect'] });
  cli.kill('SIGKILL');
  await cli.exited;
  expect(await show('--state', state)).toMatchObject({ code: 1, stdout: '' });
  // Another program has its port by now.
  const server = createServer((_, answer) => answer.writeHead(201).end('http://evil.example/'));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await writeFile(join(state, 'inspector.json'), JSON.stringify({ port, owner: 'x' }));
  expect(await show('--state', state)).toMatchObject({ code: 1, stdout: '' });
  await writeFile(join(state, 'inspector.json'), '{"port":"; rm -rf"}');
  expect(await show('--state', state)).toMatchObject({ code: 1, stdout: '' });
  await new Promise((resolve) => server.close(resolve));
});

test('a second node with the same state directory takes nothing from the first', async () => {
  const [keyFile, state] = [await makeKeyFile(), await makeDirectory()];
  await startNode({ keyFile, state, more: ['--inspect'] });
  const before = await readFile(join(state, 'inspector.json'), 'utf8');
  const second = await runToEnd(['run', '--open', '--interface', '127.0.0.1', '--state', state, '--inspect']);
  expect(second.stderr).toContain('ERR_STATE_IN_USE');
  expect(await readFile(join(state, 'inspector.json'), 'utf8')).toBe(before);
  expect(await show('--state', state)).toMatchObject({ code: 0 });
});

test('what a node went through with real sockets is recorded, and replays', async () => {
  const keyFile = await makeKeyFile();
  const file = join(await makeDirectory(), 'recording.jsonl');
  const states = [await makeDirectory(), await makeDirectory()] as const;
  const a = await startNode({ keyFile, state: states[0], more: ['--record', file] });
  const b = await startNode({ keyFile, state: states[1] });
  await a.cli.waitFor('connected', connection(b.id, 'connected'));
  b.cli.kill('SIGKILL');
  await a.cli.waitFor('failed', connection(b.id, 'failed'));
  const from = a.cli.events.length;
  await startNode({ keyFile, state: states[1] });
  await a.cli.waitFor('connected again', connection(b.id, 'connected'), { from });
  a.cli.write({ do: 'disconnect', id: b.id, ref: '1' });
  await a.cli.waitFor('parted', response('1'));
  a.cli.write({ do: 'stop' });
  expect(await a.cli.exited).toBe(0);
  const { machines, steps } = await replayRecording(file);
  expect(machines).toBe(2);
  expect(steps).toBeGreaterThan(20);
});

test('what is no recording is told so', async () => {
  expect(await show('/nowhere')).toMatchObject({ code: 1, stderr: expect.stringContaining('ENOENT') });
  const file = join(await makeDirectory(), 'file');
  await writeFile(file, 'hello\n');
  expect(await show(file)).toMatchObject({ code: 1, stderr: expect.stringContaining('is no recording of a node') });
});

/** A command in place of the one that opens a browser: it tells what it was given and what is in that file. */
async function fakeBrowser(code: number): Promise<{ env: NodeJS.ProcessEnv; told(): Promise<string> }> {
  const directory = await makeDirectory();
  const report = join(directory, 'report');
  const script = `#!/bin/sh\n{ echo "$@"; stat -c %a "$1"; cat "$1"; } > ${report}.new\nmv ${report}.new ${report}\nexit ${code}\n`;
  await writeFile(join(directory, 'xdg-open'), script, { mode: 0o700 });
  return {
    env: { ...process.env, PATH: `${directory}:${process.env['PATH']}` },
    told: () => readFile(report, 'utf8'),
  };
}

test.skipIf(process.platform !== 'linux')(
  'opens the link by a file of this user, not by a command line that other users can see',
  async () => {
    const [keyFile, state] = [await makeKeyFile(), await makeDirectory()];
    await startNode({ keyFile, state, more: ['--inspect'] });
    const { env, told } = await fakeBrowser(1);
    const { stdout, code } = await runToEnd(['inspect', '--state', state], { env });
    expect([code, stdout.trim()]).toEqual([0, expect.stringMatching(link)]);
    const [words, mode, html] = (await told()).split('\n');
    expect([words, mode]).toEqual([join(state, 'inspect.html'), '600']);
    expect(html).toContain(`url=${stdout.trim()}"`);
    await expect(stat(join(state, 'inspect.html'))).rejects.toThrow(/ENOENT/);
  },
);

test('receive --inspect says where its page is, which is there while it runs', async () => {
  const child = spawnCli([
    'receive',
    '--inspect',
    '--interface',
    '127.0.0.1',
    '--ephemeral',
    '--key-file',
    await makeKeyFile(),
  ]);
  const url = await new Promise<string>((resolve) => {
    let said = '';
    child.stderr?.on('data', (bytes) => {
      said += bytes;
      const [, found] = /inspector: (http:\S+)/.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  const response = await fetch(url);
  expect([new URL(url).hostname, response.status]).toEqual(['127.0.0.1', 200]);
  child.kill('SIGINT');
  expect(await endOf(child)).toBe(130);
});
