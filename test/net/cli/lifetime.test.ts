import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import {
  type CliProcess,
  connection,
  makeDirectory,
  makeKeyFile,
  response,
  start,
  startNode,
  startPair,
} from '../../support/cli.ts';
import { endOf, spawnCli, textOf } from '../../support/raw-cli.ts';

const quiet = ['--open', '--ephemeral', '--no-discovery', '--interface', '127.0.0.1'];
const children = new Set<ChildProcess>();

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
});

function keep<Child extends ChildProcess>(child: Child): Child {
  children.add(child);
  return child;
}

/** A process that does nothing until its standard input ends. */
const idle = (): ChildProcess =>
  keep(spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] }));

/** Reads no more, and asks for more than fits into any buffer on the way. */
async function getStuck({ child }: CliProcess): Promise<void> {
  child.stdout?.pause();
  const lines = `${JSON.stringify({ do: 'peers', ref: 'x'.repeat(200) })}\n`.repeat(4_000);
  // When the last of it is on its way, most of it has been taken.
  await new Promise((resolve) => child.stdin?.write(lines, resolve));
}

test.each(['SIGHUP', 'SIGINT', 'SIGTERM'] as const)('%s stops a node with a goodbye', async (signal) => {
  const { a, b } = await startPair();
  b.cli.kill(signal);
  expect(await b.cli.exited).toBe(0);
  expect(b.cli.events.at(-1)).toEqual({ event: 'stopped' });
  expect(await a.cli.waitFor('closed', connection(b.id, 'closed'))).toMatchObject({ reason: 'remote-stopping' });
});

test('when a signal comes while the stop waits for a peer, ends the process at once', async () => {
  const { a, b } = await startPair();
  // Its last output has no reader.
  await getStuck(a.cli);
  a.cli.kill('SIGTERM');
  await b.cli.waitFor('closed', connection(a.id, 'closed'));
  a.cli.kill('SIGINT');
  expect(await endOf(a.cli.child)).toBe(128 + 2);
});

test('with --until-stdin-ends the end of standard input stops it, after every answer', async () => {
  const keyFile = await makeKeyFile();
  const a = await startNode({ keyFile, state: await makeDirectory() });
  const b = await startNode({ keyFile, state: await makeDirectory(), more: ['--until-stdin-ends'] });
  await b.cli.waitFor('connected', connection(a.id, 'connected'));
  b.cli.write({ do: 'send', to: a.id, type: 'last', data: 1 });
  b.cli.child.stdin?.end(`{"do":"request","to":"${a.id}","type":"echo","data":"Hi","ref":1}`);
  expect(await b.cli.exited).toBe(0);
  expect(b.cli.events.find(response(1))).toEqual({ event: 'response', ref: 1, ok: true, data: 'Hi' });
  expect(b.cli.events.at(-1)).toEqual({ event: 'stopped' });
  expect(await a.cli.waitFor('closed', connection(b.id, 'closed'))).toMatchObject({ reason: 'remote-stopping' });
  expect(a.cli.events.find(({ event }) => event === 'message')).toMatchObject({ type: 'last' });
});

test('--until-stdin-ends holds for people as well, and whatever comes there is no matter', async () => {
  const child = keep(spawnCli(['run', ...quiet, '--until-stdin-ends']));
  const text = textOf(child.stdout);
  child.stdin?.end('anything\n');
  expect(await endOf(child)).toBe(0);
  expect(await text).toMatch(/ready: [\s\S]*stopped\n$/);
});

test('with --parent the end of that process stops it', async () => {
  const parent = idle();
  await once(parent, 'spawn');
  const cli = start(['run', '--json', ...quiet, '--parent', String(parent.pid)]);
  await cli.waitFor('ready', ({ event }) => event === 'ready');
  parent.kill('SIGKILL');
  expect(await cli.exited).toBe(0);
  expect(cli.events.at(-1)).toEqual({ event: 'stopped' });
});

test('with --parent a reader that is stuck does not keep it', { timeout: 20_000 }, async () => {
  const parent = idle();
  await once(parent, 'spawn');
  const cli = start(['run', '--json', ...quiet, '--parent', String(parent.pid)]);
  await cli.waitFor('ready', ({ event }) => event === 'ready');
  await getStuck(cli);
  parent.kill('SIGKILL');
  expect(await endOf(cli.child)).toBe(0);
});

test('a parent that is not there is wrong usage, and nothing is opened', async () => {
  const parent = idle();
  const { pid } = parent;
  parent.stdin?.end();
  await once(parent, 'close');
  const cli = start(['run', '--json', ...quiet, '--parent', String(pid)]);
  expect(await cli.exited).toBe(2);
  expect(cli.events).toEqual([{ event: 'error', code: 'ERR_USAGE', message: `--parent: there is no process ${pid}.` }]);
});

test('when standard error has no reader any more, keeps running', async () => {
  const cli = await startNode({ keyFile: await makeKeyFile(), state: await makeDirectory() });
  cli.cli.child.stderr?.destroy();
  cli.cli.write({ do: 'peers', ref: 1 });
  await cli.cli.waitFor('peers', response(1));
  cli.cli.write({ do: 'stop' });
  expect(await cli.cli.exited).toBe(0);
});
