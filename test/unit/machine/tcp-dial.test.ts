import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { tcpDial } from '../../../src/adapters/machine/tcp-dial.ts';

const { signal } = new AbortController();

test('opens a connection, sends nothing and closes it; says what became of it', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const accepted = once(server, 'connection');
  expect(await tcpDial('127.0.0.1', port, signal)).toBe('open');
  const [socket] = await accepted;
  socket.resume();
  await once(socket, 'close');
  expect(socket.bytesRead).toBe(0);
  server.close();
  await once(server, 'close');
  expect(await tcpDial('127.0.0.1', port, signal)).toBe('refused');
  expect(await tcpDial('127.0.0.1', port, AbortSignal.abort())).toBe('timeout');
});
