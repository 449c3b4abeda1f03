import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { expect, test } from 'vitest';
import { dialWebSocket } from '../../../src/adapters/signalling/web-socket/dial-web-socket.ts';
import { dialContext } from '../../../src/adapters/signalling/web-socket/tls.ts';
import { limits } from '../../../src/limits.ts';
import { createVirtualClock } from '../../../src/testing/virtual-clock.ts';
import { makeEndpoint, targetAt } from '../../support/signalling.ts';
import { longChain, makeIdentity } from '../../support/signalling-requests.ts';

/** Something that is not lanpeer, on a port of loopback. */
async function impostor(server: Server, use: (port: number) => Promise<void>): Promise<void> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const bound = server.address();
  try {
    await use(typeof bound === 'object' && bound ? bound.port : 0);
  } finally {
    server.close();
  }
}

test('when a listener answers a dial with silence, gives up at the time limits', async () => {
  const clock = createVirtualClock();
  const identity = await makeIdentity();
  const { timeoutMs, authenticationMs } = limits.dial;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => server.emit('greeted'));
  });
  await impostor(server, async (port) => {
    const target = targetAt(port);
    // Nothing comes in within one turn, so that this is a dial to which TCP has not answered.
    const unanswered = expect(dialWebSocket(target, dialContext(identity), clock)).rejects.toMatchObject({
      code: 'ERR_TIMEOUT',
    });
    clock.advance(timeoutMs - 1);
    expect(clock.pending).toBe(1);
    clock.advance(1);
    expect(clock.pending).toBe(0);
    await unanswered;
    const greeted = once(server, 'greeted');
    const silent = expect(dialWebSocket(target, dialContext(identity), clock)).rejects.toMatchObject({
      code: 'ERR_TIMEOUT',
    });
    await greeted;
    clock.advance(authenticationMs - 1);
    expect(clock.pending).toBe(1);
    clock.advance(1);
    expect(clock.pending).toBe(0);
    await silent;
  });
});

test('what listens but is not lanpeer is told from what does not listen', async () => {
  const client = await makeEndpoint();
  const owner = await makeIdentity();
  const web = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi';
  const tls = createTlsServer({ key: owner.privateKeyPem, cert: owner.certificatePem }, (socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(web));
  });
  const servers = [createServer((socket) => void socket.on('error', () => undefined).end(web)), tls];
  for (const server of servers)
    await impostor(server, async (port) => {
      const target = targetAt(port);
      await expect(client.signalling.dial(target)).rejects.toMatchObject({ code: 'ERR_PROTOCOL' });
    });
});

test('when a listener sends more than an unauthenticated one may, in its handshake or after it, gives the dial up', async () => {
  const client = await makeEndpoint();
  const { privateKeyPem: key, certificatePem } = await makeIdentity();
  const flood = 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(1_000);
  const servers = [
    createTlsServer({ key, cert: longChain(certificatePem) }, (socket) => void socket.on('error', () => undefined)),
    createTlsServer({ key, cert: certificatePem }, (socket) => void socket.on('error', () => undefined).write(flood)),
  ];
  for (const server of servers)
    await impostor(server, async (port) => {
      const target = targetAt(port);
      const dialing = client.signalling.dial(target);
      await expect(dialing).rejects.toMatchObject({
        code: 'ERR_PROTOCOL',
        message: expect.stringContaining('says too much'),
      });
    });
});
