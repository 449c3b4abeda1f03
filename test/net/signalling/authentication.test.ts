import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { protocolVersion } from '../../../src/protocol/greeting.ts';
import { proveKey } from '../../../src/protocol/proof.ts';
import { credentials, dial, makeEndpoint, request, tlsTo, upgrade } from '../../support/signalling.ts';
import { makeIdentity, upgradeLines } from '../../support/signalling-requests.ts';

const key = (): Uint8Array => randomBytes(32);

test('a copied certificate without its key is refused by TLS', async () => {
  const server = await makeEndpoint();
  const victim = await makeIdentity();
  const thief = await makeIdentity();
  const refusal = server.nextRefusal();
  const outcome = await tlsTo(server.port, { key: thief.privateKeyPem, cert: victim.certificatePem }).then(
    (socket) => request(socket, upgradeLines()),
    (error: Error) => error.message,
  );
  expect(outcome).not.toMatch(/101 Switching/);
  await Promise.race([refusal, Promise.resolve()]);
  expect(server.sessions).toEqual([]);
});

test('older TLS is refused, and a session that is resumed carries no identity', async () => {
  const server = await makeEndpoint();
  const owner = await makeIdentity();
  const thief = await makeIdentity();
  await expect(tlsTo(server.port, { ...credentials(owner), maxVersion: 'TLSv1.2' })).rejects.toThrow();
  const first = await tlsTo(server.port, credentials(owner));
  const tickets: Buffer[] = [];
  first.on('session', (session: Buffer) => void tickets.push(session));
  await request(first, ['GET / HTTP/1.1', 'Host: x', 'Connection: close']);
  for (const session of tickets) {
    const again = await tlsTo(server.port, { ...credentials(thief), session });
    expect(again.isSessionReused()).toBe(false);
    await request(again, ['GET / HTTP/1.1', 'Host: x', 'Connection: close']);
  }
  expect(server.sessions).toEqual([]);
});

test('the wrong key, no key and a key of another session are refused on both sides with one code', async () => {
  const networkKey = key();
  const server = await makeEndpoint({ networkKey });
  for (const access of [{ networkKey: key() }, {}]) {
    const client = await makeEndpoint(access);
    const refusal = server.nextRefusal();
    await expect(dial(client, server)).rejects.toMatchObject({ code: 'ERR_NETWORK_KEY' });
    expect(await refusal).toMatchObject({ code: 'ERR_NETWORK_KEY', id: client.identity.id });
  }
  const open = await makeEndpoint({});
  const member = await makeEndpoint({ networkKey });
  // The side that requires the key decides for itself: an open server does not prove it.
  await expect(dial(member, open)).rejects.toMatchObject({ code: 'ERR_NETWORK_KEY' });
  expect(open.sessions).toEqual([]);
  await expect(dial(member, server)).resolves.toMatchObject({ remoteId: server.identity.id });
});

test('a proof is good for one TLS session only', async () => {
  const networkKey = key();
  const server = await makeEndpoint({ networkKey });
  const identity = await makeIdentity();
  const first = await tlsTo(server.port, credentials(identity));
  const exporter = first.exportKeyingMaterial(32, 'EXPORTER-lanpeer', Buffer.alloc(0));
  const context = { role: 'dialer', ownId: identity.id, otherId: server.identity.id, exporter } as const;
  const hello = {
    type: 'hello',
    version: protocolVersion,
    to: server.identity.id,
    proof: proveKey(networkKey, context),
  };
  // A hand-made client with the key is accepted; then the same messages, on another session, are refused.
  const member = await upgrade(first);
  const welcomed = new Promise<string>((resolve) => void member.ws.once('message', (data) => resolve(String(data))));
  member.ws.send(JSON.stringify(hello));
  expect(JSON.parse(await welcomed)).toMatchObject({ type: 'welcome' });
  const replay = await upgrade(await tlsTo(server.port, credentials(identity)));
  replay.ws.send(JSON.stringify(hello));
  await replay.closed;
  expect(replay.said.map((text) => JSON.parse(text))).toEqual([{ type: 'refuse', code: 'ERR_NETWORK_KEY' }]);
  // Nor does what the server itself has proven open it.
  const { proof } = JSON.parse(member.said[0] ?? '{}') as { proof?: string };
  const reflection = await upgrade(await tlsTo(server.port, credentials(await makeIdentity())));
  reflection.ws.send(JSON.stringify({ ...hello, proof }));
  await reflection.closed;
  expect(reflection.said.map((text) => JSON.parse(text))).toEqual([{ type: 'refuse', code: 'ERR_NETWORK_KEY' }]);
  expect(server.sessions).toEqual([]);
});

test('when a caller fails again and again, gives it the same answer without verification, for a while', async () => {
  const server = await makeEndpoint({ networkKey: key() });
  const client = await makeEndpoint({});
  await expect(dial(client, server)).rejects.toMatchObject({ code: 'ERR_NETWORK_KEY' });
  const socket = await tlsTo(server.port, credentials(client.identity));
  expect(await request(socket, upgradeLines())).toMatch(/lanpeer-refusal: ERR_NETWORK_KEY/);
});

test('the allow-list holds on both sides', async () => {
  const client = await makeEndpoint();
  const server = await makeEndpoint({ allow: new Set(['a'.repeat(52)]) });
  await expect(dial(client, server)).rejects.toMatchObject({ code: 'ERR_NOT_ALLOWED' });
  const choosy = await makeEndpoint({ allow: new Set(['a'.repeat(52)]) });
  const open = await makeEndpoint();
  const refusal = open.nextRefusal();
  await expect(dial(choosy, open)).rejects.toMatchObject({ code: 'ERR_NOT_ALLOWED' });
  expect(await refusal).toMatchObject({ code: 'ERR_NOT_ALLOWED' });
});
