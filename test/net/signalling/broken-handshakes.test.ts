import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { connect, createSecureContext } from 'node:tls';
import { expect, test } from 'vitest';
import { credentials, type Endpoint, makeEndpoint, targetAt, tcpTo, tlsTo } from '../../support/signalling.ts';
import { makeIdentity } from '../../support/signalling-requests.ts';

/** The first bytes that a TLS client says. */
async function clientHello(): Promise<Buffer> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const bound = server.address();
  const came = once(server, 'connection').then(([socket]) =>
    once(
      (socket as Socket).on('error', () => undefined),
      'data',
    ),
  );
  const client = connect({
    host: '127.0.0.1',
    port: typeof bound === 'object' && bound ? bound.port : 0,
    secureContext: createSecureContext(credentials(await makeIdentity())),
  });
  client.on('error', () => undefined);
  const [hello] = (await came) as [Buffer];
  client.destroy();
  server.close();
  return hello;
}

/** Everything that the endpoint refused, once it has no unauthenticated socket any more. */
async function refusalsOf({ signalling, refusals }: Endpoint): Promise<readonly object[]> {
  await signalling.close();
  return refusals;
}

const leave: readonly (readonly [string, (socket: Socket) => void])[] = [
  ['closes', (socket) => void socket.destroy()],
  ['resets', (socket) => void socket.resetAndDestroy()],
  ['ends', (socket) => void socket.end()],
];

test.each(leave)('when a caller %s in the middle of a TLS handshake, counts no refusal', async (_, go) => {
  const server = await makeEndpoint();
  const hello = await clientHello();
  for (const bytes of [0, 1, 5, 6, hello.length - 1, hello.length]) {
    for (const settled of [false, true]) {
      const socket = await tcpTo(server.port);
      socket.on('error', () => undefined);
      const closed = once(socket, 'close');
      if (bytes > 0) socket.write(hello.subarray(0, bytes));
      // The server has answered, or has not read yet.
      if (settled && bytes === hello.length) await once(socket, 'data');
      go(socket);
      socket.resume();
      await closed;
    }
  }
  expect(await refusalsOf(server)).toEqual([]);
});

test('when the dialer gives up, at any moment, counts no refusal', async () => {
  const server = await makeEndpoint();
  const target = { ...targetAt(server.port), id: server.identity.id };
  for (let turns = 0; turns < 60; turns += 1) {
    // One and the same would have too many sessions at a time.
    const client = await makeEndpoint();
    const controller = new AbortController();
    const dialed = client.signalling.dial({ ...target, signal: controller.signal }).then(
      () => undefined,
      () => undefined,
    );
    for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    await dialed;
  }
  expect(await refusalsOf(server)).toEqual([]);
});

test('what is no TLS of ours is told, with the address where it came from', async () => {
  const server = await makeEndpoint();
  const told = { code: 'ERR_PROTOCOL', address: '127.0.0.1' };
  const say = async (bytes: string | Buffer): Promise<void> => {
    const refusal = server.nextRefusal();
    const socket = await tcpTo(server.port);
    socket.on('error', () => undefined);
    socket.write(bytes);
    expect(await refusal).toEqual(told);
  };
  await say('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await say(Buffer.alloc(64, 7));
  await say(Buffer.concat([Buffer.from([22, 3, 1, 0, 64]), Buffer.alloc(64, 255)]));
  const old = server.nextRefusal();
  await expect(tlsTo(server.port, { maxVersion: 'TLSv1.2' })).rejects.toThrow();
  expect(await old).toEqual(told);
});

test('what is no HTTP is told, with the id that TLS proved', async () => {
  const server = await makeEndpoint();
  const identity = await makeIdentity();
  const socket = await tlsTo(server.port, credentials(identity));
  socket.on('error', () => undefined);
  const refusal = server.nextRefusal();
  socket.write('\0\0\0\0\r\n\r\n');
  expect(await refusal).toEqual({ code: 'ERR_PROTOCOL', address: '127.0.0.1', id: identity.id });
});
