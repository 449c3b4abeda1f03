import { Socket as DatagramSocket } from 'node:dgram';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { WebSocketServer } from 'ws';
import type { Identity } from '../../src/adapters/identity/port.ts';
import { whenTestEnds } from './hooks.ts';
import { credentials, tlsTo, upgrade } from './signalling.ts';

const open = new Set<() => void>();

whenTestEnds(() => {
  for (const close of open) close();
  open.clear();
});

const listening = (server: { listen(port: number, host: string, done: () => void): unknown; address(): unknown }) =>
  new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

/** Passes bytes on to a port of loopback, and keeps a copy of all of them. */
export async function recordTcp(port: number): Promise<{ readonly port: number; bytes(): Buffer }> {
  const chunks: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk: Buffer) => void chunks.push(chunk));
      from.on('error', () => to.destroy());
      from.pipe(to);
    }
  });
  open.add(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { port: await listening(server), bytes: () => Buffer.concat(chunks) };
}

/** Keeps a copy of every datagram that this process sends from now on. */
export function recordDatagrams(): { readonly count: number; bytes(): Buffer } {
  const chunks: Buffer[] = [];
  const { send } = DatagramSocket.prototype;
  DatagramSocket.prototype.send = function (this: DatagramSocket, ...args: unknown[]) {
    const [data] = args;
    if (data instanceof Uint8Array) chunks.push(Buffer.from(data));
    return Reflect.apply(send, this, args) as undefined;
  } as typeof send;
  open.add(() => {
    DatagramSocket.prototype.send = send;
  });
  return {
    get count() {
      return chunks.length;
    },
    bytes: () => Buffer.concat(chunks),
  };
}

export interface BridgeOptions {
  /** The attacker in the middle: it has a certificate and a key of its own. */
  readonly identity: Identity;
  readonly port: number;
  /** What it makes of a frame. */
  readonly rewrite: (text: string, from: 'dialer' | 'listener', exporters: Exporters) => string;
}

/** What it knows of the two TLS sessions. */
export interface Exporters {
  readonly near: Uint8Array;
  readonly far: Uint8Array;
}

const exporterOf = (socket: TLSSocket): Uint8Array =>
  socket.exportKeyingMaterial(32, 'EXPORTER-lanpeer', Buffer.alloc(0));

/** Ends TLS on both sides with a certificate of its own, and passes the frames of the two on to each other. */
export async function bridge({ identity, port, rewrite }: BridgeOptions): Promise<{ readonly port: number }> {
  const server = createTlsServer({
    key: identity.privateKeyPem,
    cert: identity.certificatePem,
    requestCert: true,
    rejectUnauthorized: false,
    minVersion: 'TLSv1.3',
  });
  const near = new WebSocketServer({ server, handleProtocols: () => 'lanpeer.1' });
  near.on('connection', (ws, { socket, headers }) => {
    // It passes the hello on as a frame, and what it gets as the answer: both are as good as headers.
    const hello = headers['lanpeer-hello'];
    const early = hello === undefined ? [] : [String(hello)];
    let pass = (text: string): void => void early.push(text);
    ws.on('message', (data) => pass(String(data)));
    void tlsTo(port, credentials(identity)).then(async (tls) => {
      const exporters = { near: exporterOf(socket as TLSSocket), far: exporterOf(tls) };
      const far = await upgrade(tls);
      far.ws.on('message', (data) => ws.send(rewrite(String(data), 'listener', exporters)));
      far.ws.on('close', () => ws.close());
      pass = (text) => far.ws.send(rewrite(text, 'dialer', exporters));
      for (const text of early.splice(0)) pass(text);
    });
  });
  open.add(() => {
    for (const ws of near.clients) ws.terminate();
    near.close();
    server.close();
    server.closeAllConnections();
  });
  return { port: await listening(server) };
}
