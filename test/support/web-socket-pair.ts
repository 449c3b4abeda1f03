import { once } from 'node:events';
import { createServer } from 'node:http';
import { duplexPair } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { webSocketOptions } from '../../src/adapters/signalling/web-socket/web-socket-wire.ts';
import { whenTestEnds } from './hooks.ts';

const open = new Set<WebSocket>();

whenTestEnds(() => {
  for (const one of open) one.terminate();
  open.clear();
});

/** The two ends of a WebSocket in memory: the near one has the caps of a node, the far one has none. */
export async function webSocketPair(): Promise<{ readonly near: WebSocket; readonly far: WebSocket }> {
  const [here, there] = duplexPair();
  const http = createServer();
  const server = new WebSocketServer({ ...webSocketOptions, noServer: true });
  const accepted = new Promise<WebSocket>((resolve) => {
    http.once('upgrade', (request, socket, head) => server.handleUpgrade(request, socket, head, resolve));
  });
  http.emit('connection', here);
  const far = new WebSocket('ws://127.0.0.1/', { createConnection: () => there, perMessageDeflate: false });
  const near = await accepted;
  if (far.readyState !== WebSocket.OPEN) await once(far, 'open');
  for (const one of [near, far]) open.add(one);
  return { near, far };
}
