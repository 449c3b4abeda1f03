import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { formatPrivateKey, makeCertificate, makePrivateKey } from '../../src/adapters/identity/certificate.ts';
import type { Implementation } from './implementation.ts';
import type { Rpc } from './rpc.ts';

const high = 262_144;
const options = { perMessageDeflate: false } as const;

/** ws over TLS as its examples do, waiting while too much is buffered: what the TLS session of lanpeer is made of. */
export async function wsImplementation(rpc: Rpc): Promise<Implementation> {
  rpc.send('ws');
  const port = Number(await rpc.next('ws port'));
  const ws = new WebSocket(`wss://127.0.0.1:${port}`, { ...options, rejectUnauthorized: false });
  await new Promise((resolve, reject) => ws.once('open', resolve).once('error', reject));
  let answered: () => void = () => undefined;
  ws.on('message', () => answered());

  return {
    name: 'plain ws over TLS',
    async flood(bytes, count) {
      rpc.send('ws count', count);
      await rpc.next('ws counting');
      const message = Buffer.alloc(bytes, 120);
      const begun = performance.now();
      for (let sent = 0; sent < count; sent += 1) {
        if (ws.bufferedAmount <= high) ws.send(message);
        else await new Promise((resolve) => ws.send(message, resolve));
      }
      await rpc.next('ws counted');
      return (performance.now() - begun) / 1_000;
    },
    async ping() {
      const answer = new Promise<void>((resolve) => {
        answered = resolve;
      });
      const begun = performance.now();
      ws.send(Buffer.alloc(100, 120));
      await answer;
      return performance.now() - begun;
    },
    async close() {
      ws.close();
      await rpc.next('ws closed');
    },
  };
}

/** The other end: counts when it is told to, else sends back what comes. */
export async function serveWs(rpc: Rpc): Promise<void> {
  const key = makePrivateKey();
  const https = createServer({ key: formatPrivateKey(key), cert: await makeCertificate(key) });
  const server = new WebSocketServer({ server: https, ...options });
  let left = 0;
  server.on('connection', (ws) => {
    ws.on('message', (message) => {
      if (left === 0) ws.send(message);
      else {
        left -= 1;
        if (left === 0) rpc.send('ws counted');
      }
    });
    ws.once('close', () => {
      server.close();
      https.close(() => rpc.send('ws closed'));
    });
  });
  rpc.on('ws count', (count) => {
    left = Number(count);
    rpc.send('ws counting');
  });
  https.listen(0, '127.0.0.1', () => rpc.send('ws port', (https.address() as AddressInfo).port));
}
