import { once } from 'node:events';
import { expect, test } from 'vitest';
import { limits } from '../../../src/limits.ts';
import { clientHello } from '../../support/client-hello.ts';
import { credentials, dial, makeEndpoint, tcpTo, tlsTo, upgrade } from '../../support/signalling.ts';
import { longChain, makeIdentity } from '../../support/signalling-requests.ts';

/** How far idle sockets come in the handshake before they only stay open. */
const idlers: Readonly<Record<string, (port: number) => Promise<unknown>>> = {
  'say nothing': tcpTo,
  async 'say the beginning of a ClientHello'(port) {
    (await tcpTo(port)).write((await clientHello()).subarray(0, 200));
  },
  async 'say a ClientHello and nothing more'(port) {
    (await tcpTo(port)).write(await clientHello());
  },
  'stop after TLS': async (port) => tlsTo(port, credentials(await makeIdentity())),
  'stop in the middle of the upgrade': async (port) =>
    (await tlsTo(port, credentials(await makeIdentity()))).write('GET /lanpeer/1 HTTP/1.1\r\n'),
  'stop after the upgrade': async (port) => upgrade(await tlsTo(port, credentials(await makeIdentity()))),
};

test.each(Object.entries(idlers))(
  'when unauthenticated sockets %s, still accepts others',
  { timeout: 30_000 },
  async (_, idle) => {
    const server = await makeEndpoint();
    const client = await makeEndpoint();
    await Promise.all(
      Array.from({ length: limits.unauthenticated.sockets + 8 }, () => idle(server.port).catch(() => undefined)),
    );
    // Loopback is favoured in the caps per address, but the number in all holds for it as well.
    expect((await dial(client, server)).remoteId).toBe(server.identity.id);
  },
);

test('when a caller sends more in its handshake than is allowed, does not answer', async () => {
  const server = await makeEndpoint();
  const { privateKeyPem, certificatePem } = await makeIdentity();
  const refusal = server.nextRefusal();
  const socket = await tlsTo(server.port, { key: privateKeyPem, cert: longChain(certificatePem) });
  socket.on('error', () => undefined);
  if (!socket.closed) await once(socket, 'close');
  expect(await refusal).toMatchObject({ code: 'ERR_PROTOCOL', address: '127.0.0.1' });
});
