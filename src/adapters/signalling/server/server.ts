import type { IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createNetServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { type WebSocket, WebSocketServer } from 'ws';
import { LanpeerError } from '../../../errors.ts';
import { limits } from '../../../limits.ts';
import type { DeviceId } from '../../../protocol/device-id.ts';
import type { RefusalCode } from '../../../protocol/greeting.ts';
import {
  type Credentials,
  isProtocolError,
  type ProvenPeer,
  provenPeerOf,
  refusalHeader,
  signallingPath,
  subProtocol,
  tlsOptions,
} from '../web-socket/tls.ts';
import { webSocketOptions } from '../web-socket/web-socket-wire.ts';
import { onFirstRecord } from './first-tls-record.ts';
import type { Strangers } from './unauthenticated-sockets.ts';

/** Somebody whom TLS has proven and who asked for the right thing. */
export interface Visitor {
  readonly ws: WebSocket;
  readonly proven: ProvenPeer;
  readonly address: string;
  /** It is authenticated: no stranger any more. */
  welcome(): void;
}

export interface ServerOptions {
  readonly credentials: Credentials;
  readonly strangers: Strangers;
  /** A refusal that is due to that visitor without another look. */
  readonly due: (address: string, id: DeviceId) => RefusalCode | undefined;
  readonly visitor: (visitor: Visitor) => void;
  readonly refused: (code: RefusalCode, address: string, id?: DeviceId) => void;
}

export interface SignallingServer {
  /** On all of them or on none. */
  listen(addresses: readonly string[], port: number): Promise<number>;
  /** Listens on that address from now on; sessions that it brings outlive {@link shut}. */
  open(address: string, port: number): Promise<number>;
  shut(address: string): void;
  close(): Promise<void>;
}

const plain = (address: string | undefined): string => (address ?? '').replace(/^::ffff:/, '');
const nameOf = (socket: { readonly remoteAddress?: string | undefined; readonly remotePort?: number | undefined }) =>
  `${socket.remoteAddress} ${socket.remotePort}`;

/** Browsers say where they come from, peers do not: a web page must not talk to a node. */
const fromBrowser = ({ headers }: IncomingMessage): boolean =>
  Object.keys(headers).some((name) => name === 'origin' || name.startsWith('sec-fetch-'));

function turnAway(socket: Duplex, code: RefusalCode): void {
  socket.end(`HTTP/1.1 403 Forbidden\r\n${refusalHeader}: ${code}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

/** TLS servers on one port of several addresses, behind one door. */
export function createSignallingServer(options: ServerOptions): SignallingServer {
  const { credentials, strangers, due, visitor, refused } = options;
  const { bytes, timeMs, httpHeaderBytes } = limits.strangers;
  const doors = new Map<string, Server>();
  const shutting = new Set<Promise<void>>();
  const sockets = new Map<string, Socket>();
  const upgrades = new WebSocketServer({
    ...webSocketOptions,
    noServer: true,
    clientTracking: false,
    handleProtocols: () => subProtocol,
  });
  const https = createHttpsServer({
    ...tlsOptions(credentials),
    requestCert: true,
    // `strangers` looks after the time: this is only not to end a handshake before it does.
    handshakeTimeout: 2 * timeMs,
    maxHeaderSize: httpHeaderBytes,
    headersTimeout: timeMs,
    requestTimeout: timeMs,
    keepAlive: false,
  });

  /** Counted on the socket itself: a certificate of 56 kB comes and is parsed before anything is read from TLS. */
  const saysTooMuch = (socket: Socket | undefined): boolean => (socket?.bytesRead ?? 0) > limits.strangers.bytes;

  https.on('secureConnection', (tls) => {
    const socket = sockets.get(nameOf(tls));
    if (socket) strangers.hurryNoMore(socket);
    if (!saysTooMuch(socket)) return;
    tls.destroy();
    refused('ERR_PROTOCOL', plain(socket?.remoteAddress));
  });
  https.on('tlsClientError', (thrown, tls) => {
    if (isProtocolError(thrown)) refused('ERR_PROTOCOL', plain(tls.remoteAddress));
  });
  https.on('clientError', (thrown, socket) => {
    if (isProtocolError(thrown) && socket instanceof TLSSocket && !socket.destroyed)
      refused('ERR_PROTOCOL', plain(socket.remoteAddress), provenPeerOf(socket)?.id);
    socket.destroy();
  });
  https.on('request', (_, response) => {
    response.writeHead(426, { connection: 'close' }).end();
  });
  https.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    if (!(socket instanceof TLSSocket)) return;
    const address = plain(socket.remoteAddress);
    const proven = provenPeerOf(socket);
    const protocols = (request.headers['sec-websocket-protocol'] ?? '').split(/\s*,\s*/);
    const raw = sockets.get(nameOf(socket));
    const wrong =
      saysTooMuch(raw) || fromBrowser(request) || request.url !== signallingPath || !protocols.includes(subProtocol);
    const code = !proven ? 'ERR_IDENTITY_MISSING' : wrong ? 'ERR_PROTOCOL' : due(address, proven.id);
    if (code || !proven) {
      turnAway(socket, code ?? 'ERR_IDENTITY_MISSING');
      refused(code ?? 'ERR_IDENTITY_MISSING', address, proven?.id);
      return;
    }
    socket.setNoDelay(true);
    upgrades.handleUpgrade(request, socket, head, (ws) => {
      if (raw) strangers.hurryNoMore(raw);
      visitor({ ws, proven, address, welcome: () => raw && strangers.release(raw) });
    });
  });

  function door(): Server {
    const server = createNetServer({ noDelay: true, highWaterMark: bytes }, (socket) => {
      socket.on('error', () => socket.destroy());
      // It is gone already: there is nobody to refuse, nor an address to tell.
      if (socket.remoteAddress === undefined) {
        socket.destroy();
        return;
      }
      const name = nameOf(socket);
      const address = plain(socket.remoteAddress);
      sockets.set(name, socket);
      socket.once('close', () => sockets.delete(name));
      strangers.admit(
        socket,
        () => https.emit('connection', socket),
        () => refused('ERR_BUSY', address),
      );
      onFirstRecord(socket, bytes, () => strangers.ready(socket));
    });
    return server;
  }

  function open(host: string, port: number): Promise<number> {
    const server = door();
    return new Promise((resolve, reject) => {
      server.once('error', (thrown: NodeJS.ErrnoException) => reject(listenError(thrown, host, port)));
      // Workers of node:cluster share their sockets otherwise, and what comes for one node goes to any.
      server.listen({ host, port, exclusive: true }, () => {
        server.removeAllListeners('error');
        server.on('error', () => undefined);
        doors.set(host, server);
        const bound = server.address();
        resolve(typeof bound === 'object' && bound ? bound.port : port);
      });
    });
  }

  async function closeDoors(): Promise<void> {
    const closing = [...doors.values()].map((server) => new Promise((resolve) => server.close(resolve)));
    doors.clear();
    strangers.stop();
    await Promise.all([...closing, ...shutting]);
  }

  return {
    async listen(addresses, port) {
      const [first = '127.0.0.1', ...others] = addresses;
      try {
        const bound = await open(first, port);
        for (const address of others) await open(address, bound);
        return bound;
      } catch (thrown) {
        await closeDoors();
        throw thrown;
      }
    },
    open,
    shut(address) {
      const server = doors.get(address);
      doors.delete(address);
      if (!server) return;
      const shut: Promise<void> = new Promise<void>((resolve) => {
        server.close(() => resolve());
      }).finally(() => shutting.delete(shut));
      shutting.add(shut);
    },
    close: closeDoors,
  };
}

function listenError(cause: NodeJS.ErrnoException, host: string, port: number): LanpeerError {
  if (cause.code === 'EADDRINUSE')
    return new LanpeerError('ERR_PORT_IN_USE', `Port ${port} of ${host} is taken: choose another, or 0 for any.`, {
      cause,
    });
  if (cause.code === 'EADDRNOTAVAIL')
    return new LanpeerError('ERR_INTERFACE_UNKNOWN', `No interface has the address ${host}.`, { cause });
  return new LanpeerError('ERR_LISTEN', `Cannot listen on ${host} port ${port}: ${cause.message}`, { cause });
}
