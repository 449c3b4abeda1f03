import { expect, test } from 'vitest';
import { eventsIn, makeDirectory, makeKeyFile, runToEnd, start, startNode } from '../../support/cli.ts';

const loopback = ['--interface', '127.0.0.1'];

async function startServer(keyFile: string, more: readonly string[] = []) {
  const cli = start(['bench', '--serve', '--json', '--key-file', keyFile, ...loopback, ...more]);
  const ready = await cli.waitFor('ready', ({ event }) => event === 'ready');
  return { cli, id: String(ready['id']), peer: `127.0.0.1:${ready['port']}` };
}

test('bench measures the way to a peer that serves, over the transports that it has', { timeout: 60_000 }, async () => {
  const keyFile = await makeKeyFile();
  const { cli, id, peer } = await startServer(keyFile, ['--transport', 'tls']);
  const args = ['bench', peer, '--json', '--seconds', '1', '--transport', 'tls', '--key-file', keyFile, ...loopback];
  const { code, stdout } = await runToEnd(args);
  expect(code).toBe(0);
  const lines = eventsIn(stdout);
  expect(lines[0]).toMatchObject({ event: 'connected', via: 'tls', id, address: '127.0.0.1', ms: expect.any(Number) });
  expect(lines.slice(1, -1).map(({ event, via, what }) => `${event} ${via} ${what}`)).toEqual([
    'measured tls request',
    ...Array.from({ length: 4 }, () => 'measured tls messages'),
    'measured tls request-beside-bulk',
  ]);
  expect(lines.at(-1)).toEqual({ event: 'stopped' });
  await cli.waitFor('ended', ({ event, change }) => event === 'bench' && change === 'ended');
  cli.kill('SIGINT');
  expect(await cli.exited).toBe(0);
});

test('bench finds a peer by its id, and SIGINT ends it', async () => {
  const keyFile = await makeKeyFile();
  const { id } = await startServer(keyFile);
  const cli = start(['bench', id, '--json', '--seconds', '10', '--key-file', keyFile, ...loopback]);
  await cli.waitFor('connected', ({ event }) => event === 'connected', { timeMs: 20_000 });
  cli.kill('SIGINT');
  await cli.waitFor('stopped', ({ event }) => event === 'stopped');
  expect(await cli.exited).toBe(130);
});

test('bench says what to run where a peer takes no part', async () => {
  const keyFile = await makeKeyFile();
  const { port } = await startNode({ keyFile, state: await makeDirectory() });
  const args = ['bench', `127.0.0.1:${port}`, '--json', '--transport', 'tls', '--key-file', keyFile, ...loopback];
  const { code, stdout, stderr } = await runToEnd(args);
  expect(code).toBe(4);
  expect(eventsIn(stdout).find(({ event }) => event === 'error')).toMatchObject({ code: 'ERR_NO_RESPONDER' });
  expect(stderr).toMatch(/ERR_NO_RESPONDER: .* run lanpeer bench --serve there/);
});

test('bench without access is wrong usage, and with nobody there a failure', async () => {
  const keyFile = await makeKeyFile();
  expect(await runToEnd(['bench', '127.0.0.1:9', ...loopback], { env: { PATH: process.env['PATH'] } })).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/ERR_ACCESS_REQUIRED/),
  });
  expect(await runToEnd(['bench', '127.0.0.1:9', '--key-file', keyFile, ...loopback])).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/ERR_NOT_FOUND: There is no peer at 127.0.0.1:9: ERR_REFUSED/),
  });
});
