import { expect, test } from 'vitest';
import { connection, makeDirectory, makeKeyFile, response, start, startNode } from '../../support/cli.ts';

test('a wrong key is refused on both sides with its code, and no peer appears', async () => {
  const a = await startNode({ keyFile: await makeKeyFile(), state: await makeDirectory(), more: ['--no-discovery'] });
  const b = await startNode({ keyFile: await makeKeyFile(), state: await makeDirectory(), more: ['--no-discovery'] });
  b.cli.write({ do: 'connect', address: '127.0.0.1', port: a.port, id: a.id, ref: '1' });
  expect(await b.cli.waitFor('response', response('1'))).toMatchObject({ ok: false, code: 'ERR_NETWORK_KEY' });
  expect(await b.cli.waitFor('failed', connection(a.id, 'failed'))).toMatchObject({
    reason: 'denied',
    code: 'ERR_NETWORK_KEY',
  });
  const refusal = await a.cli.waitFor('refusal', ({ event }) => event === 'error');
  expect(refusal).toMatchObject({ code: 'ERR_NETWORK_KEY' });
  expect(String(refusal['message'])).toContain(b.id);
  for (const { cli } of [a, b]) {
    cli.write({ do: 'peers', ref: 'p' });
    expect(await cli.waitFor('peers', response('p'))).toMatchObject({ ok: true, data: [] });
  }
});

test('when a device is not on the allow-list, refuses it; a device on it connects', async () => {
  const state = await makeDirectory();
  const keyFile = await makeKeyFile();
  const b = await startNode({ keyFile, state, more: ['--no-discovery'] });
  const c = await startNode({ keyFile, state: await makeDirectory(), more: ['--no-discovery'] });
  const a = await startNode({ keyFile, state: await makeDirectory(), more: ['--no-discovery', '--allow', b.id] });
  for (const { cli } of [b, c]) cli.write({ do: 'connect', address: '127.0.0.1', port: a.port, id: a.id, ref: '1' });
  expect(await b.cli.waitFor('b', response('1'))).toMatchObject({ ok: true });
  expect(await c.cli.waitFor('c', response('1'))).toMatchObject({ ok: false, code: 'ERR_NOT_ALLOWED' });
});

test('when it connects to another identity, to itself, or where nothing listens, says so', async () => {
  const keyFile = await makeKeyFile();
  const a = await startNode({ keyFile, state: await makeDirectory(), more: ['--no-discovery'] });
  const b = await startNode({ keyFile, state: await makeDirectory(), more: ['--no-discovery'] });
  const c = await startNode({ keyFile, state: await makeDirectory(), more: ['--no-discovery'] });
  a.cli.write({ do: 'connect', address: '127.0.0.1', port: b.port, id: c.id, ref: 'mismatch' });
  expect(await a.cli.waitFor('mismatch', response('mismatch'))).toMatchObject({
    ok: false,
    code: 'ERR_IDENTITY_MISMATCH',
  });
  expect(await b.cli.waitFor('refusal', ({ event }) => event === 'error')).toMatchObject({
    code: 'ERR_IDENTITY_MISMATCH',
  });
  a.cli.write({ do: 'connect', address: '127.0.0.1', port: a.port, ref: 'self' });
  expect(await a.cli.waitFor('self', response('self'))).toMatchObject({ ok: false, code: 'ERR_SELF' });
  a.cli.write({ do: 'connect', address: '127.0.0.1', port: 1, ref: 'nobody' });
  expect(await a.cli.waitFor('nobody', response('nobody'))).toMatchObject({ ok: false, code: 'ERR_REFUSED' });
  a.cli.write({ do: 'connect', address: '127.0.0.1', port: b.port, ref: 'any' });
  expect(await a.cli.waitFor('any', response('any'))).toMatchObject({ ok: true, data: { id: b.id } });
});

test('an open node needs no key', async () => {
  const open = ['run', '--json', '--ephemeral', '--open', '--interface', '127.0.0.1'];
  const [a, b] = [start(open), start(open)];
  const ready = await a.waitFor('ready', ({ event }) => event === 'ready');
  await b.waitFor('connected', connection(String(ready['id']), 'connected'));
});

test('when a device is denied, refuses it, with open access and with a key', async () => {
  const keyFile = await makeKeyFile();
  const state = await makeDirectory();
  const b = await startNode({ keyFile, state, more: ['--no-discovery'] });
  const deny = ['--no-discovery', '--deny', b.id];
  const a = await startNode({ keyFile, state: await makeDirectory(), more: deny });
  b.cli.write({ do: 'connect', address: '127.0.0.1', port: a.port, id: a.id, ref: 1 });
  expect(await b.cli.waitFor('refused', response(1))).toMatchObject({ ok: false, code: 'ERR_NOT_ALLOWED' });
  b.cli.write({ do: 'stop' });
  await b.cli.exited;
  const open = ['run', '--json', '--open', '--interface', '127.0.0.1', '--no-discovery'];
  const c = start([...open, '--ephemeral', '--deny', b.id]);
  const again = start([...open, '--state', state]);
  const other = start([...open, '--ephemeral']);
  const { id, port } = await c.waitFor('ready', ({ event }) => event === 'ready');
  for (const cli of [again, other]) cli.write({ do: 'connect', address: '127.0.0.1', port, id, ref: 1 });
  expect(await again.waitFor('refused', response(1))).toMatchObject({ ok: false, code: 'ERR_NOT_ALLOWED' });
  expect(await other.waitFor('let in', response(1))).toMatchObject({ ok: true });
});
