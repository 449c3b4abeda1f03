import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeNetworkKey } from '../../../src/index.ts';
import { type CliEvent, connection, makeDirectory, response, start, startNode } from '../../support/cli.ts';

const [old, next] = [makeNetworkKey(), makeNetworkKey()];
const more = ['--no-discovery'];

async function makeFile(...keys: readonly string[]): Promise<string> {
  const file = join(await makeDirectory(), 'network.key');
  await write(file, ...keys);
  return file;
}
const write = (file: string, ...keys: readonly string[]): Promise<void> =>
  writeFile(file, keys.map((key) => `${key}\n`).join(''), { mode: 0o600 });

interface Start {
  readonly keyFile: string;
  readonly and?: readonly string[];
}
type Started = Awaited<ReturnType<typeof startNode>>;

/** At one moment: each takes its time. */
const startAll = <All extends readonly Start[]>(...starts: All) =>
  Promise.all(
    starts.map(async ({ keyFile, and = [] }) =>
      startNode({ keyFile, state: await makeDirectory(), more: [...more, ...and] }),
    ),
  ) as Promise<unknown> as Promise<{ readonly [At in keyof All]: Started }>;

const isAccess = ({ event }: CliEvent): boolean => event === 'access';

test('a key changes by its file: three steps on two nodes, which stay peers', async () => {
  const files = [await makeFile(old), await makeFile(old)] as const;
  const [a, b, late] = await startAll({ keyFile: files[0] }, { keyFile: files[1] }, { keyFile: await makeFile(old) });
  a.cli.write({ do: 'connect', address: '127.0.0.1', port: b.port, id: b.id, ref: 0 });
  expect(await a.cli.waitFor('connected', response(0))).toMatchObject({ ok: true });
  let steps = 0;
  for (const keys of [[old, next], [next, old], [next]]) {
    for (const [at, { cli }] of [a, b].entries()) {
      await write(files[at] ?? '', ...keys);
      const done = cli.waitFor('access read again', isAccess, { from: cli.events.length });
      cli.kill('SIGUSR2');
      await done;
    }
    steps += 1;
    a.cli.write({ do: 'request', to: b.id, type: 'echo', data: steps, ref: steps });
    expect(await a.cli.waitFor('echo', response(steps))).toMatchObject({ ok: true, data: steps });
  }
  expect(await a.cli.waitFor('link lost', connection(b.id, 'failed'))).toMatchObject({
    reason: 'link-lost',
    code: 'ERR_NETWORK_KEY',
  });
  late.cli.write({ do: 'connect', address: '127.0.0.1', port: a.port, id: a.id, ref: 1 });
  expect(await late.cli.waitFor('refused', response(1))).toMatchObject({ ok: false, code: 'ERR_NETWORK_KEY' });
});

test('a key file that cannot be used is told, and access stays as it was', async () => {
  const file = await makeFile(old);
  const [a, b] = await startAll({ keyFile: file }, { keyFile: await makeFile(old) });
  await write(file, old, 'not a key');
  a.cli.kill('SIGUSR2');
  const told = await a.cli.waitFor('error', ({ event }) => event === 'error');
  expect(told).toMatchObject({ code: 'ERR_NETWORK_KEY_FORMAT' });
  expect(JSON.stringify(told)).not.toContain(old);
  b.cli.write({ do: 'connect', address: '127.0.0.1', port: a.port, id: a.id, ref: 1 });
  expect(await b.cli.waitFor('connected', response(1))).toMatchObject({ ok: true });
});

test('a command changes access: keys of several files, and an id that is denied', async () => {
  const [oldFile, nextFile] = [await makeFile(old), await makeFile(next)];
  const [a, b] = await startAll({ keyFile: oldFile, and: ['--key-file', nextFile] }, { keyFile: nextFile });
  b.cli.write({ do: 'connect', address: '127.0.0.1', port: a.port, id: a.id, ref: 1 });
  expect(await b.cli.waitFor('connected', response(1))).toMatchObject({ ok: true });
  await a.cli.waitFor('connected', connection(b.id, 'connected'));

  const wrong = [
    [{ deny: [b.id] }, 'ERR_ACCESS_REQUIRED'],
    [{ networkKey: [next, 'x'] }, 'ERR_NETWORK_KEY_FORMAT'],
    [{ networkKey: next, deny: ['x'] }, 'ERR_OPTION'],
    [undefined, 'ERR_COMMAND'],
  ] as const;
  for (const [at, [access, code]] of wrong.entries()) {
    a.cli.write({ do: 'setAccess', access, ref: `wrong ${at}` });
    expect(await a.cli.waitFor('refused', response(`wrong ${at}`))).toMatchObject({ ok: false, code });
  }

  a.cli.write({ do: 'setAccess', access: { networkKey: next, deny: [b.id] }, ref: 2 });
  expect(await a.cli.waitFor('denied', response(2))).toMatchObject({ ok: true, data: null });
  expect(await a.cli.waitFor('closed', connection(b.id, 'closed'))).toMatchObject({
    reason: 'denied',
    code: 'ERR_NOT_ALLOWED',
  });
  await b.cli.waitFor('denied', (event) => connection(a.id, 'failed')(event) && event['code'] === 'ERR_NOT_ALLOWED');
});

test('when a device is denied, refuses it though key and allow-list fit', async () => {
  const file = await makeFile(old, next);
  const [b, c] = await startAll({ keyFile: file }, { keyFile: file });
  const form = ['--key-file', file, '--allow', b.id, '--allow', c.id, '--deny', b.id];
  const a = start(['run', '--json', '--ephemeral', '--interface', '127.0.0.1', ...more, ...form]);
  const { id, port } = await a.waitFor('ready', ({ event }) => event === 'ready');
  for (const { cli } of [b, c]) cli.write({ do: 'connect', address: '127.0.0.1', port, id, ref: 1 });
  expect(await b.cli.waitFor('refused', response(1))).toMatchObject({ ok: false, code: 'ERR_NOT_ALLOWED' });
  expect(await c.cli.waitFor('let in', response(1))).toMatchObject({ ok: true });
});
