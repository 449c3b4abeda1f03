import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { makeNetworkKey } from '../../../src/index.ts';
import { parseNetworkKey } from '../../../src/protocol/network-key.ts';

const children = new Set<ChildProcess>();

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
});

function start(name: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
  const script = fileURLToPath(new URL(`../../../examples/${name}`, import.meta.url));
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  children.add(child);
  const errors = text(child.stderr);
  return { child, stdout: child.stdout, ended: once(child, 'exit').then(async ([code]) => [code, await errors]) };
}

test('a file goes over a stream, and both ends say how much of it', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'lanpeer-example-'));
  const file = join(directory, 'sent');
  await writeFile(file, randomBytes(300_000));
  const { stdout, ended } = start('file-stream.ts', [file, directory]);
  const shown = await text(stdout);
  expect(await ended).toEqual([0, '']);
  expect(shown).toContain('desk: the other program has read 300000 of 300000 bytes');
  expect(shown).toContain('shelf: 300000 bytes in ');
  expect((await readFile(join(directory, 'received'))).equals(await readFile(file))).toBe(true);
  await rm(directory, { recursive: true });
});

test('the figures of a node are read over HTTP', async () => {
  const { child, stdout, ended } = start('metrics.ts', ['0']);
  const [url] = (await once(createInterface(stdout), 'line')) as [string];
  const response = await fetch(url);
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ]);
  expect(await response.text()).toContain('\nlanpeer_connections{node="desk",state="connected"} 0\n');
  expect((await fetch(new URL('/', url))).status).toBe(404);
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, '']);
});

test('OpenTelemetry has gauges, counters and transitions, exported once', async () => {
  const { stdout, ended } = start('opentelemetry.ts');
  const shown = await text(stdout);
  expect(await ended).toEqual([0, '']);
  for (const name of ['connections', 'queued', 'sent', 'received', 'connection.transitions'])
    expect(shown.split(`name: 'lanpeer.${name}'`), name).toHaveLength(2);
  expect(shown).toMatch(/attributes: \{ node: 'desk', state: 'connected' \},[^}]*value: 1/);
  expect(shown).toMatch(/attributes: \{ node: 'shelf', state: 'connected', reason: 'opened' \},[^}]*value: 1/);
});

interface Frame {
  readonly type: string;
  readonly name?: string;
  readonly sessionId: string;
  readonly definition?: string;
}

test('an inspector of Stately sees the node and a connection, and no secret', async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const texts: string[] = [];
  server.on('connection', (socket) => socket.on('message', (data) => texts.push(String(data))));
  const gone = once(server, 'connection').then(([socket]) => once(socket, 'close'));
  const networkKey = makeNetworkKey();
  const { port } = server.address() as AddressInfo;
  const { ended } = start('stately-inspector.ts', [`ws://127.0.0.1:${port}`], { LANPEER_KEY: networkKey });
  expect(await ended).toEqual([0, '']);
  await gone;
  server.close();

  const frames = texts.map((one) => JSON.parse(one) as Frame);
  for (const [name, states] of [
    ['node', ['stopped', 'starting', 'running', 'stopping']],
    ['connection', ['new', 'connecting', 'connected', 'failed', 'closed']],
  ] as const) {
    const actor = frames.find(({ type, definition }) => {
      const { id } = JSON.parse(definition ?? '{}') as { readonly id?: string };
      return type === '@xstate.actor' && id === name;
    });
    const definition = JSON.parse(actor?.definition ?? '{}') as { readonly states?: object };
    expect(Object.keys(definition.states ?? {}).sort()).toEqual([...states].sort());
    const of = frames.filter(({ sessionId }) => sessionId === actor?.sessionId);
    for (const type of ['@xstate.event', '@xstate.snapshot'])
      expect(of.filter((one) => one.type === type).length, `${name} ${type}`).toBeGreaterThan(2);
  }

  const bytes = Buffer.from(parseNetworkKey(networkKey));
  const all = texts.join('\n');
  for (const form of [
    networkKey,
    bytes.toString('hex'),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    [...bytes].join(','),
    Object.entries([...bytes])
      .map(([at, byte]) => `"${at}":${byte}`)
      .join(','),
  ])
    expect(all).not.toContain(form);
  expect(all).not.toMatch(/secret|private|networkKey/i);
});
