import { once } from 'node:events';
import type { TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import { limits } from '../../../src/limits.ts';
import { protocolVersion } from '../../../src/protocol/greeting.ts';
import { credentials, dial, makeEndpoint, record, tlsTo, upgrade } from '../../support/signalling.ts';
import { makeIdentity } from '../../support/signalling-requests.ts';

test.each([
  ['no JSON', 'nonsense'],
  ['another shape', '{"type":"hello"}'],
  [
    'a greeting before the hello',
    '{"type":"ready","greeting":{"instance":"1-0123456789abcdef","name":"x","port":1,"held":0,"features":[],"transports":[]}}',
  ],
  ['a prototype', `{"type":"hello","version":${protocolVersion},"to":"x","__proto__":{"proof":"x"}}`],
  ['deep nesting', '['.repeat(8_000)],
])('garbage instead of the authentication: %s', async (_, text) => {
  const server = await makeEndpoint();
  const { ws, said, closed } = await upgrade(await tlsTo(server.port, credentials(await makeIdentity())));
  ws.send(text);
  await closed;
  expect(said.map((one) => JSON.parse(one))).toEqual([{ type: 'refuse', code: 'ERR_PROTOCOL' }]);
  expect(server.sessions).toEqual([]);
  const client = await makeEndpoint();
  await expect(dial(client, server)).resolves.toBeDefined();
});

test.each([1, protocolVersion + 1])('another major version is told so: %d', async (version) => {
  const server = await makeEndpoint();
  const { ws, said, closed } = await upgrade(await tlsTo(server.port, credentials(await makeIdentity())));
  ws.send(JSON.stringify({ type: 'hello', version, to: server.identity.id, more: true }));
  await closed;
  expect(said).toEqual([JSON.stringify({ type: 'refuse', code: 'ERR_VERSION' })]);
});

test('frames that are too large, binary or broken end the socket, not the node', async () => {
  const server = await makeEndpoint();
  for (const send of [
    (ws: { send(data: Buffer | string): void }) => ws.send('x'.repeat(limits.webSocket.maxPayload + 1)),
    (ws: { send(data: Buffer | string): void }) => ws.send(Buffer.from([1, 2, 3])),
    (_: unknown, socket: TLSSocket) => socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff])),
  ]) {
    const socket = await tlsTo(server.port, credentials(await makeIdentity()));
    const { ws, closed } = await upgrade(socket);
    ws.on('error', () => undefined);
    send(ws, socket);
    await closed;
  }
  const client = await makeEndpoint();
  await expect(dial(client, server)).resolves.toBeDefined();
});

test('a peer that floods, or says what is no signal, loses its session; others go on', async () => {
  const server = await makeEndpoint();
  const quiet = await makeEndpoint();
  const noisy = await makeEndpoint();
  const before = server.nextSession();
  await dial(quiet, server);
  await before;
  const taken = server.nextSession();
  const session = await dial(noisy, server);
  const there = record(await taken);
  const here = record(session);
  for (let n = 0; n < limits.signalling.burst + 50; n += 1) session.send({ type: 'lost', epoch: n + 1 });
  expect(await there.ended).toMatchObject({ kind: 'lost', error: { code: 'ERR_PROTOCOL' } });
  expect(await here.ended).toMatchObject({ kind: 'lost' });
  expect(there.messages.length).toBeLessThanOrEqual(limits.signalling.burst + 10);
  expect(server.sessions).toHaveLength(2);
});

test('one peer holds only so many sessions', async () => {
  const server = await makeEndpoint();
  const client = await makeEndpoint();
  const sessions = [];
  for (let n = 0; n < limits.signalling.sessionsPerPeer; n += 1) sessions.push(await dial(client, server));
  await expect(dial(client, server)).rejects.toMatchObject({ code: 'ERR_BUSY' });
  const ended = record(sessions[0] ?? (await dial(client, server))).ended;
  sessions[0]?.close('duplicate');
  await ended;
  await expect(dial(client, server)).resolves.toBeDefined();
});

test('a message of more fragments than the limit is refused', async () => {
  const server = await makeEndpoint();
  const { maxFragments } = limits.webSocket;
  const hello = JSON.stringify({ type: 'hello', version: protocolVersion, to: server.identity.id });
  const inFragments = async (count: number) => {
    const member = await upgrade(await tlsTo(server.port, credentials(await makeIdentity())));
    for (let no = 0; no < count; no += 1) member.ws.send(no === 0 ? hello : ' ', { fin: no === count - 1 });
    return member;
  };
  const allowed = await inFragments(maxFragments);
  const [welcome] = await once(allowed.ws, 'message');
  expect(JSON.parse(String(welcome))).toMatchObject({ type: 'welcome' });
  const refusal = server.nextRefusal();
  const hostile = await inFragments(maxFragments + 1);
  expect(await refusal).toMatchObject({ code: 'ERR_PROTOCOL' });
  await hostile.closed;
});

test('a frame that drips in more pieces than the limit is refused before it is whole', async () => {
  const server = await makeEndpoint();
  const { maxBufferedChunks } = limits.webSocket;
  /** A masked text frame of which each piece comes in a TLS record of its own. */
  const drip = async (length: number, pieces: readonly string[]) => {
    const socket = await tlsTo(server.port, credentials(await makeIdentity()));
    const member = await upgrade(socket);
    socket.write(Buffer.from([0x81, 0xfe, length >> 8, length & 0xff, 0, 0, 0, 0]));
    for (const piece of pieces) await new Promise<void>((resolve) => void socket.write(piece, () => resolve()));
    return member;
  };
  const hello = JSON.stringify({ type: 'hello', version: protocolVersion, to: server.identity.id }).padEnd(200);
  const size = Math.ceil(hello.length / (maxBufferedChunks - 4));
  const allowed = await drip(hello.length, hello.match(new RegExp(`.{1,${size}}`, 'g')) ?? []);
  const [welcome] = await once(allowed.ws, 'message');
  expect(JSON.parse(String(welcome))).toMatchObject({ type: 'welcome' });
  const refusal = server.nextRefusal();
  const hostile = await drip(
    1_000,
    Array.from({ length: 4 * maxBufferedChunks }, () => ' '),
  );
  expect(await refusal).toMatchObject({ code: 'ERR_PROTOCOL' });
  await hostile.closed;
});
