import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { formatPrivateKey, makeCertificate, makePrivateKey } from '../../src/adapters/identity/certificate.ts';
import type { Rpc } from '../support/rpc.ts';
import { type Counter, counted, echoed, echoMark, type Link, type NearEnd, type Stack } from './stack.ts';

const high = 262_144;
const options = { perMessageDeflate: false } as const;

async function serve(onSocket: (ws: WebSocket) => void): Promise<number> {
  const key = makePrivateKey();
  const https = createServer({ key: formatPrivateKey(key), cert: makeCertificate(key) });
  new WebSocketServer({ server: https, ...options }).on('connection', onSocket);
  https.listen(0, '127.0.0.1');
  await once(https, 'listening');
  return (https.address() as AddressInfo).port;
}

async function dial(port: number): Promise<WebSocket> {
  const ws = new WebSocket(`wss://127.0.0.1:${port}`, { ...options, rejectUnauthorized: false });
  await once(ws, 'open');
  return ws;
}

function linkOf(ws: WebSocket): Link {
  let answered: () => void = () => undefined;
  ws.on('message', () => answered());
  return {
    sender(bytes) {
      const message = counted(bytes);
      return () => {
        if (ws.bufferedAmount > high) return new Promise((resolve) => ws.send(message, resolve));
        ws.send(message);
        return undefined;
      };
    },
    ping: () =>
      new Promise<void>((resolve) => {
        answered = resolve;
        ws.send(echoed());
      }),
    gone: once(ws, 'close'),
  };
}

async function near(rpc: Rpc): Promise<NearEnd> {
  const port = Number(await rpc.next('port'));
  return {
    async connect() {
      const begun = performance.now();
      const ws = await dial(port);
      const ms = performance.now() - begun;
      ws.close();
      await once(ws, 'close');
      return ms;
    },
    open: async () => linkOf(await dial(port)),
    async hold(count) {
      rpc.send('hold', { count, port: await serve(() => undefined) });
      await rpc.next('held');
    },
  };
}

async function far(rpc: Rpc, counter: Counter): Promise<void> {
  const port = await serve((ws) => {
    ws.on('message', (message: Buffer) => {
      if (message[0] === echoMark) ws.send(message);
      else counter.message();
    });
  });
  rpc.on('hold', (value) => {
    const { count, port: to } = value as { readonly count: number; readonly port: number };
    void (async () => {
      for (let held = 0; held < count; held += 1) await dial(to);
      rpc.send('held');
    })();
  });
  rpc.send('port', port);
}

/** ws over TLS as its examples do, waiting while too much is buffered: what the TLS session of lanpeer is made of. */
export const wsStack: Stack = {
  name: 'plain ws over TLS',
  abilities: ['connect', 'messages', 'hold', 'notice'],
  near,
  far,
};
