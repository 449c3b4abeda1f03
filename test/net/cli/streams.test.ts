import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type CliProcess, startCli } from '../../../src/testing/cli-process.ts';
import { connection, makeDirectory, makeKeyFile, response, startNode } from '../../support/cli.ts';
import { whenTestEnds } from '../../support/hooks.ts';

const bytes = randomBytes(3_000_000);
const hashOf = (of: Uint8Array): string => createHash('sha256').update(of).digest('hex');
const streamEvent = (change: string, type: string) => (event: Readonly<Record<string, unknown>>) =>
  event['event'] === 'stream' && event['change'] === change && event['type'] === type;

const started = new Set<CliProcess>();
whenTestEnds(async () => {
  for (const cli of started) cli.kill('SIGKILL');
  await Promise.all([...started].map(({ exited }) => exited));
  started.clear();
});

/** A receiver with a folder, and a sender with descriptors: 5 is the file, 6 a pipe with its bytes, 7 a pipe that stays empty. */
async function setUp(more: readonly string[] = []) {
  const keyFile = await makeKeyFile();
  const folder = await makeDirectory();
  const file = join(await makeDirectory(), 'a file');
  await writeFile(file, bytes);
  const receiver = await startNode({
    keyFile,
    state: await makeDirectory(),
    more: ['--streams', folder, '--accept', 'file', '--accept', 'log'],
  });
  const script = 'file=$1; shift; mkfifo "$file.pipe"; exec "$@" 5<"$file" 6< <(cat "$file") 7<>"$file.pipe"';
  const args = ['run', '--json', '--interface', '127.0.0.1', '--key-file', keyFile, '--ephemeral', ...more];
  const cli = startCli(args, { prefix: ['/bin/bash', '-c', script, 'bash', file] });
  started.add(cli);
  const { id } = await cli.waitFor('ready', ({ event }) => event === 'ready');
  await cli.waitFor('connected', connection(receiver.id, 'connected'));
  return { receiver, sender: { cli, id: String(id) }, folder, file };
}

test('files, descriptors and pipes arrive as files that the receiver names', async () => {
  const { receiver, sender, folder, file } = await setUp();
  const data = { name: '../../evil' };
  const sources = [{ file }, { fd: 5 }, { fd: 6 }];
  for (const [ref, source] of sources.entries()) {
    const from = receiver.cli.events.length;
    sender.cli.write({ do: 'stream', to: receiver.id, type: 'file', data, ...source, ref });
    expect(await sender.cli.waitFor('response', response(ref))).toEqual({
      event: 'response',
      ref,
      ok: true,
      data: { bytes: bytes.byteLength },
    });
    const ended = await receiver.cli.waitFor('ended', streamEvent('ended', 'file'), { from });
    const about = { event: 'stream', from: sender.id, type: 'file', path: expect.stringContaining(`${folder}/`) };
    expect(ended).toEqual({ ...about, change: 'ended', ok: true, bytes: bytes.byteLength });
    expect(
      receiver.cli.events.find((event) => streamEvent('opened', 'file')(event) && event['path'] === ended['path']),
    ).toEqual({ ...about, change: 'opened', data });
    expect(hashOf(await readFile(String(ended['path'])))).toBe(hashOf(bytes));
  }
  const names = await readdir(folder);
  expect(names).toHaveLength(sources.length);
  for (const name of names) expect(name).toMatch(new RegExp(`^${sender.id.slice(0, 8)}-[0-9a-f]{24}$`));
});

test('what cannot be sent is answered with its code, and leaves no file', async () => {
  const { receiver, sender, folder, file } = await setUp();
  const cases = [
    [{ type: 'file', file: '/nothing/there' }, 'ERR_FILE'],
    [{ type: 'file' }, 'ERR_COMMAND'],
    [{ type: 'file', file, fd: 5 }, 'ERR_COMMAND'],
    [{ type: 'other', file }, 'ERR_STREAM_REFUSED'],
  ] as const;
  for (const [ref, [fields, code]] of cases.entries()) {
    sender.cli.write({ do: 'stream', to: receiver.id, ...fields, ref });
    expect(await sender.cli.waitFor('response', response(ref))).toMatchObject({ ok: false, code });
  }
  sender.cli.write({ do: 'stream', to: receiver.id, type: 'log', fd: 7, ref: 'lost' });
  const { path } = await receiver.cli.waitFor('opened', streamEvent('opened', 'log'));
  expect(await readdir(folder)).toEqual([`${String(path).slice(folder.length + 1)}.part`]);
  receiver.cli.write({ do: 'stop' });
  expect(await sender.cli.waitFor('response', response('lost'))).toMatchObject({
    ok: false,
    code: 'ERR_STREAM_LOST',
    bytes: 0,
  });
  expect(await receiver.cli.exited).toBe(0);
  expect(receiver.cli.events.at(-2)).toMatchObject({
    change: 'ended',
    path,
    ok: false,
    code: 'ERR_STREAM_LOST',
    bytes: 0,
  });
  expect(await readdir(folder)).toEqual([]);
});

test('a node whose input has ended waits for the streams of its commands', async () => {
  const { receiver, sender, file } = await setUp(['--until-stdin-ends']);
  sender.cli.write({ do: 'stream', to: receiver.id, type: 'file', file, ref: 1 });
  sender.cli.child.stdin?.end();
  expect(await sender.cli.exited).toBe(0);
  expect(sender.cli.events.find(response(1))).toMatchObject({ ok: true, data: { bytes: bytes.byteLength } });
  expect(await receiver.cli.waitFor('ended', streamEvent('ended', 'file'))).toMatchObject({ ok: true });
});
