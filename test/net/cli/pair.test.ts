import { expect, test } from 'vitest';
import { connection, response, startNode, startPair, startUpgradedPair, upgraded } from '../../support/cli.ts';

test('two processes find each other and exchange messages, bytes included', async () => {
  const { a, b } = await startPair();
  const data = { text: 'Hi', list: [1, 2.5, null, true], bytes: { $bytes: 'AAEC' }, odd: { $escape: { $bytes: 7 } } };
  a.cli.write({ do: 'send', to: b.id, type: 'hello', data, ref: '1' });
  const message = await b.cli.waitFor('hello', ({ event }) => event === 'message');
  expect(message).toMatchObject({ from: a.id, type: 'hello', data });
  expect(Math.abs(Number(message['timestamp']) - Date.now())).toBeLessThan(60_000);
  expect(await a.cli.waitFor('response', response('1'))).toMatchObject({ ok: true });
  expect(await a.cli.waitFor('delivered', ({ event }) => event === 'delivered')).toMatchObject({ ref: '1', to: b.id });

  b.cli.write({ do: 'broadcast', type: 'news', data: 'all', ref: '2' });
  expect(await b.cli.waitFor('response', response('2'))).toMatchObject({ ok: true, data: { [a.id]: { ok: true } } });
  expect(await a.cli.waitFor('news', ({ event }) => event === 'message')).toMatchObject({ type: 'news', data: 'all' });
});

test('a killed process is noticed, and connected again when it is back', async () => {
  const { a, b, keyFile, states } = await startUpgradedPair();
  const from = a.cli.events.length;
  b.cli.kill('SIGKILL');
  expect(await a.cli.waitFor('failed', connection(b.id, 'failed'), { from })).toMatchObject({ reason: 'gone' });
  const again = a.cli.events.length;
  const back = await startNode({ keyFile, state: states[1] });
  expect(back.id).toBe(b.id);
  await a.cli.waitFor('connected', connection(b.id, 'connected'), { from: again });
});

test('SIGTERM ends a node with code 0, and the other side sees a deliberate close', async () => {
  const { a, b } = await startUpgradedPair();
  const from = a.cli.events.length;
  b.cli.kill('SIGTERM');
  expect(await b.cli.exited).toBe(0);
  expect(b.cli.events.at(-1)).toEqual({ event: 'stopped' });
  await a.cli.waitFor('closed', connection(b.id, 'closed'), { from });
  const after = a.cli.events.slice(from).filter(({ event }) => event === 'connection');
  expect(after.map(({ state, reason }) => [state, reason])).toEqual([['closed', 'remote-stopping']]);
});

test('when a peer was disconnected, stays apart until one side calls connect', async () => {
  const { a, b } = await startPair();
  a.cli.write({ do: 'disconnect', id: b.id, ref: 'bye' });
  expect(await a.cli.waitFor('response', response('bye'))).toMatchObject({ ok: true });
  expect(await b.cli.waitFor('closed', connection(a.id, 'closed'))).toMatchObject({ reason: 'remote-disconnect' });
  const [from, again] = [a.cli.events.length, b.cli.events.length];
  b.cli.write({ do: 'connect', address: '127.0.0.1', port: a.port, id: a.id, ref: 'again' });
  expect(await b.cli.waitFor('response', response('again'))).toMatchObject({
    ok: true,
    data: { id: a.id, via: 'tls' },
  });
  await b.cli.waitFor('upgraded', upgraded(a.id), { from: again });
  const states = a.cli.events.slice(from).filter(({ event }) => event === 'connection');
  expect(states.map(({ reason }) => reason)).not.toContain('announced');
});

test('what had not arrived when a process was killed is told to the sender', async () => {
  const { a, b, keyFile, states } = await startPair();
  b.cli.kill('SIGSTOP');
  a.cli.write({ do: 'send', to: b.id, type: 'hello', data: 1, ref: '1' });
  expect(await a.cli.waitFor('accepted', response('1'))).toMatchObject({ ok: true });
  b.cli.kill('SIGKILL');
  await a.cli.waitFor('failed', connection(b.id, 'failed'));
  // While the peer may come back with what it has, nothing is lost.
  expect(a.cli.events.filter(({ event }) => event === 'undelivered')).toEqual([]);
  await startNode({ keyFile, state: states[1] });
  const fate = await a.cli.waitFor('fate', (event) => 'to' in event && event['ref'] === '1');
  // It had been given to the link: whether the other run took it before it was frozen cannot be known.
  expect(fate).toEqual({ event: 'undelivered', ref: '1', to: b.id, fate: 'unknown' });
  a.cli.write({ do: 'stats', ref: '2' });
  expect(await a.cli.waitFor('stats', response('2'))).toMatchObject({
    data: {
      messages: { undelivered: 1 },
      peers: { [b.id]: { messages: { sent: 1, received: 0 }, queued: { messages: 0, bytes: 0 } } },
    },
  });
});

test('SIGINT ends a node as SIGTERM does', async () => {
  const { a, b } = await startPair();
  a.cli.kill('SIGINT');
  expect(await a.cli.exited).toBe(0);
  expect(a.cli.events.at(-1)).toEqual({ event: 'stopped' });
  await b.cli.waitFor('closed', connection(a.id, 'closed'));
});

test('when a request is of the type echo, answers it, bytes included; of another type, fails', async () => {
  const { a, b } = await startPair();
  const data = { text: 'Hi', bytes: { $bytes: 'AAEC' } };
  a.cli.write({ do: 'request', to: b.id, type: 'echo', data, ref: 'echo' });
  expect(await a.cli.waitFor('echo', response('echo'))).toEqual({ event: 'response', ref: 'echo', ok: true, data });
  a.cli.write({ do: 'request', to: b.id, type: 'other', data, timeout: 5_000, ref: 'other' });
  expect(await a.cli.waitFor('other', response('other'))).toMatchObject({ ok: false, code: 'ERR_NO_RESPONDER' });
});

test('a message of a megabyte crosses as one line', async () => {
  const { a, b } = await startPair();
  const data = { $bytes: Buffer.alloc(1_000_000, 3).toString('base64') };
  a.cli.write({ do: 'send', to: b.id, type: 'large', data, ref: '1' });
  expect(await b.cli.waitFor('large', ({ event }) => event === 'message')).toMatchObject({ type: 'large', data });
  expect(await a.cli.waitFor('delivered', ({ event }) => event === 'delivered')).toMatchObject({ ref: '1', to: b.id });
});
