import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isDeviceId } from '../../../src/index.ts';
import { makeDirectory, makeKeyFile, response, runToEnd, start, startNode } from '../../support/cli.ts';

const loopback = ['--interface', '127.0.0.1'] as const;

async function ends(args: readonly string[], env?: NodeJS.ProcessEnv) {
  const cli = start(args, env);
  return { code: await cli.exited, log: cli.log, events: cli.events };
}

test('wrong usage ends with code 2 and says what is wrong', async () => {
  for (const args of [['run', '--bogus'], ['nonsense'], [], ['run', '--port', 'x'], ['run', '--transport', 'tls']]) {
    const { code, log } = await ends(args);
    expect([args, code]).toEqual([args, 2]);
    expect(log).toMatch(/lanpeer/);
  }
});

test('without access nothing is opened', async () => {
  const { LANPEER_KEY: _, ...env } = process.env;
  const { code, events, log } = await ends(['run', '--json', '--ephemeral', ...loopback], env);
  expect(code).toBe(2);
  expect(events).toEqual([expect.objectContaining({ event: 'error', code: 'ERR_ACCESS_REQUIRED' })]);
  expect(log).toMatch(/--key-file/);
});

test('a passphrase is no network key', async () => {
  const file = join(await makeDirectory(), 'key');
  await writeFile(file, 'correct horse battery staple');
  const { code, events } = await ends(['run', '--json', '--ephemeral', ...loopback, '--key-file', file]);
  expect(code).toBe(2);
  expect(events).toEqual([expect.objectContaining({ code: 'ERR_NETWORK_KEY_FORMAT' })]);
});

test('a port that is taken', async () => {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
  const run = ['run', '--json', '--ephemeral', '--open'];
  const taken = await ends([...run, ...loopback, '--port', String(port)]);
  expect(taken).toMatchObject({ code: 1, events: [{ event: 'error', code: 'ERR_PORT_IN_USE' }] });
  await new Promise((resolve) => server.close(resolve));
});

test('an interface that is not there is waited for, and said', async () => {
  const cli = start(['run', '--json', '--ephemeral', '--open', '--interface', '203.0.113.7', '--interface', 'none0']);
  await cli.waitFor('ready', ({ event }) => event === 'ready');
  const notice = await cli.waitFor('notice', ({ event }) => event === 'notice');
  expect(notice).toMatchObject({ change: 'begun', code: 'ERR_NO_NETWORK' });
  expect(String(notice['message'])).toMatch(/203\.0\.113\.7, none0.*lo \(this computer alone\) has 127\.0\.0\.1/);
  cli.kill('SIGTERM');
  expect(await cli.exited).toBe(0);
  const wrong = await ends(['run', '--json', '--ephemeral', '--open', '--interface', 'fe80::1%eth0']);
  expect(wrong).toMatchObject({ code: 2, events: [{ event: 'error', code: 'ERR_OPTION' }] });
});

test('a state directory that cannot be used, is in use, or has a damaged key', async () => {
  const directory = await makeDirectory();
  const run = ['run', '--json', '--open', ...loopback];
  await writeFile(join(directory, 'file'), '');
  const impossible = await ends([...run, '--state', join(directory, 'file', 'below')]);
  expect(impossible).toMatchObject({ code: 1, events: [{ code: 'ERR_STATE_DIR' }] });

  await mkdir(join(directory, 'damaged'));
  await writeFile(join(directory, 'damaged', 'key.pem'), 'not a key', { mode: 0o600 });
  const damaged = await ends([...run, '--state', join(directory, 'damaged')]);
  expect(damaged).toMatchObject({ code: 1, events: [{ code: 'ERR_KEY_FILE' }] });

  await mkdir(join(directory, 'open'));
  await writeFile(join(directory, 'open', 'key.pem'), 'not a key', { mode: 0o644 });
  const readable = await ends([...run, '--state', join(directory, 'open')]);
  expect(readable).toMatchObject({ code: 1, events: [{ code: 'ERR_KEY_FILE' }] });
  expect(readable.log).toMatch(/chmod 600/);

  const state = join(directory, 'mine');
  await startNode({ keyFile: await makeKeyFile(), state });
  const second = await ends([...run, '--state', state]);
  expect(second).toMatchObject({ code: 1, events: [{ code: 'ERR_STATE_IN_USE' }] });
});

test('when the directory is shared, leaves it as it is, and prints where the state is', async () => {
  const shared = await makeDirectory();
  await chmod(shared, 0o755);
  const inside = join(shared, 'lanpeer');
  const { cli, id } = await startNode({ keyFile: await makeKeyFile(), state: shared });
  expect(cli.events).toContainEqual(expect.objectContaining({ event: 'ready', id, state: inside }));
  expect((await stat(shared)).mode & 0o777).toBe(0o755);
  expect(await runToEnd(['id', '--state', shared])).toEqual({
    code: 0,
    stdout: `${id}\n`,
    stderr: `lanpeer: its state is in ${inside}\n`,
  });
});

test('whose own directory was opened to others is told, and runs', async () => {
  const state = await makeDirectory();
  expect(await runToEnd(['id', '--state', state])).toMatchObject({ code: 0, stderr: '' });
  await chmod(state, 0o755);
  const { cli } = await startNode({ keyFile: await makeKeyFile(), state });
  const told = expect.stringContaining(`chmod 700 ${state} closes it`);
  expect(cli.events).toContainEqual({ event: 'error', code: 'ERR_STATE_DIR', message: told });
  expect(cli.events).toContainEqual(expect.objectContaining({ event: 'ready', state }));
  expect(await runToEnd(['id', '--state', state])).toMatchObject({ code: 0, stderr: told });
});

test('id prints the id that the node has, key makes a new key each time', async () => {
  const state = await makeDirectory();
  const { id } = await startNode({ keyFile: await makeKeyFile(), state });
  expect(isDeviceId(id)).toBe(true);
  const read = async (args: readonly string[]): Promise<string> => (await runToEnd(args)).stdout.trim();
  expect(await read(['id', '--state', state])).toBe(id);
  const keys = [await read(['key']), await read(['key'])];
  expect(keys[0]).toMatch(/^lanpeer-key-[a-z2-7]{56}$/);
  expect(keys[0]).not.toBe(keys[1]);
});

test('lines that are no commands are errors, and the node runs on', async () => {
  const { cli } = await startNode({ keyFile: await makeKeyFile(), state: await makeDirectory() });
  for (const line of [
    'nonsense',
    '{"do":"dance"}',
    '[]',
    '{"do":"send","to":"x"}',
    '{"do":"request","to":"a","type":"b","data":1,"timeout":0}',
  ])
    cli.write(line);
  cli.write({ do: 'dance', ref: 'a' });
  cli.write({ do: 'send', to: 'nobody', type: 'x', data: 1, ref: 'b' });
  cli.write({ do: 'send', to: 'nobody', type: 'not a type', data: 1, ref: 'c' });
  cli.write({ do: 'send', to: 'nobody', type: 'x', data: { $bytes: 'not base64!' }, ref: 'd' });
  cli.write({ do: 'request', to: 'nobody', type: 'echo', data: 1, ref: 'h' });
  cli.write({ do: 'connect', address: 'localhost', port: 1, ref: 'i' });
  cli.write({ do: 'connect', address: '127.0.0.1', port: 65_536, ref: 'j' });
  cli.write(`{"do":"send","to":"nobody","type":"x","ref":"k","data":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
  cli.write({ do: 'peers', ref: 'e' });
  cli.write({ do: 'stats', ref: 'f' });
  expect(await cli.waitFor('a', response('a'))).toMatchObject({ ok: false, code: 'ERR_COMMAND' });
  expect(await cli.waitFor('b', response('b'))).toMatchObject({ ok: false, code: 'ERR_NO_PEER' });
  expect(await cli.waitFor('c', response('c'))).toMatchObject({ ok: false, code: 'ERR_TYPE' });
  expect(await cli.waitFor('d', response('d'))).toMatchObject({ ok: false, code: 'ERR_DATA' });
  expect(await cli.waitFor('h', response('h'))).toMatchObject({ ok: false, code: 'ERR_NO_PEER' });
  expect(await cli.waitFor('i', response('i'))).toMatchObject({ ok: false, code: 'ERR_OPTION' });
  expect(await cli.waitFor('j', response('j'))).toMatchObject({ ok: false, code: 'ERR_COMMAND' });
  expect(await cli.waitFor('k', response('k'))).toMatchObject({ ok: false, code: 'ERR_DATA' });
  expect(await cli.waitFor('e', response('e'))).toMatchObject({ ok: true, data: [] });
  expect(await cli.waitFor('f', response('f'))).toMatchObject({ ok: true, data: { signallingSessions: 0 } });
  expect(cli.events.filter(({ code, event }) => event === 'error' && code === 'ERR_COMMAND')).toHaveLength(5);
  cli.write({ do: 'stop', ref: 'g' });
  expect(await cli.exited).toBe(0);
  expect(cli.events.slice(-2)).toEqual([{ event: 'response', ref: 'g', ok: true, data: null }, { event: 'stopped' }]);
});

test('the end of standard input changes nothing, a closed standard output ends it with code 1', async () => {
  const { cli } = await startNode({ keyFile: await makeKeyFile(), state: await makeDirectory() });
  cli.child.stdin?.end();
  const { cli: other, id } = await startNode({ keyFile: await makeKeyFile(), state: await makeDirectory() });
  await cli.waitFor('device', (event) => event.event === 'device' && event['id'] === id);
  other.child.stdout?.destroy();
  other.write({ do: 'peers', ref: '1' });
  expect(await other.exited).toBe(1);
  expect(cli.child.exitCode).toBe(null);
});
