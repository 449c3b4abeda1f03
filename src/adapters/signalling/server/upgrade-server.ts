import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { type WebSocket, WebSocketServer } from 'ws';
import { limits } from '../../../limits.ts';
import { carrierHeader } from '../../../protocol/carrier.ts';
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

/** A WebSocket of a peer that TLS has proven, not yet authenticated. */
export interface AcceptedSocket {
  readonly ws: WebSocket;
  readonly proven: ProvenPeer;
  readonly address: string;
  /** To be called when the peer is authenticated: the limits on unauthenticated sockets no longer hold. */
  authenticated(): void;
}

export interface UpgradeServerOptions {
  readonly credentials: Credentials;
  /** The TCP socket that a TLS socket runs on. */
  readonly tcpSocketOf: (tls: TLSSocket) => Socket | undefined;
  /** The code that the peer is refused with, while its auth backoff lasts. */
  readonly activeRefusal: (address: string, id: DeviceId) => RefusalCode | undefined;
  /** TLS is up on that socket, or the WebSocket is. */
  readonly onHandshakeDone: (socket: Socket) => void;
  readonly onAuthenticated: (socket: Socket) => void;
  readonly onAccepted: (accepted: AcceptedSocket) => void;
  readonly onRefused: (code: RefusalCode, address: string, id?: DeviceId) => void;
}

/** TLS and the upgrade to a WebSocket, on TCP sockets that are given to it. */
export interface UpgradeServer {
  handle(socket: Socket): void;
}

/**
 * A WebSocket frame with a whole record of a link. That of a server has no mask and is 4 bytes shorter than a TLS record may
 * be: frames that go at once would not begin with one, and their receiver would put each together from two.
 */
const frameBytes = 4 + carrierHeader + limits.tls.recordBytes;

/** A dotted quad also of an IPv4 address that is mapped into IPv6. */
export const plainAddress = (address: string | undefined): string => (address ?? '').replace(/^::ffff:/, '');

/** Browsers send these headers, peers do not: a web page must not talk to a node. */
const isFromBrowser = ({ headers }: IncomingMessage): boolean =>
  Object.keys(headers).some((name) => name === 'origin' || name.startsWith('sec-fetch-'));

function reject(socket: Duplex, code: RefusalCode): void {
  socket.end(`HTTP/1.1 403 Forbidden\r\n${refusalHeader}: ${code}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

/** Counted on the TCP socket: OpenSSL parses a certificate of 56 kB before anything can be read from TLS. */
const exceedsLimit = (socket: Socket | undefined): boolean => (socket?.bytesRead ?? 0) > limits.unauthenticated.bytes;

const isSignallingRequest = ({ url, headers }: IncomingMessage): boolean =>
  url === signallingPath && (headers['sec-websocket-protocol'] ?? '').split(/\s*,\s*/).includes(subProtocol);

function createHttpsServer(credentials: Credentials) {
  const { timeMs, httpHeaderBytes } = limits.unauthenticated;
  return createServer({
    ...tlsOptions(credentials),
    requestCert: true,
    // The limits on unauthenticated sockets end a handshake that takes too long; this one must not end it before.
    handshakeTimeout: 2 * timeMs,
    maxHeaderSize: httpHeaderBytes,
    headersTimeout: timeMs,
    requestTimeout: timeMs,
    keepAlive: false,
  });
}

export function createUpgradeServer(options: UpgradeServerOptions): UpgradeServer {
  const { credentials, tcpSocketOf, activeRefusal, onHandshakeDone, onAuthenticated, onAccepted, onRefused } = options;
  const https = createHttpsServer(credentials);
  const webSockets = new WebSocketServer({
    ...webSocketOptions,
    noServer: true,
    clientTracking: false,
    handleProtocols: () => subProtocol,
  });

  https.on('secureConnection', (tls) => {
    const tcp = tcpSocketOf(tls);
    if (tcp) onHandshakeDone(tcp);
    if (!exceedsLimit(tcp)) return;
    tls.destroy();
    onRefused('ERR_PROTOCOL', plainAddress(tcp?.remoteAddress));
  });
  https.on('tlsClientError', (thrown, tls) => {
    if (isProtocolError(thrown)) onRefused('ERR_PROTOCOL', plainAddress(tls.remoteAddress));
  });
  https.on('clientError', (thrown, socket) => {
    if (isProtocolError(thrown) && socket instanceof TLSSocket && !socket.destroyed)
      onRefused('ERR_PROTOCOL', plainAddress(socket.remoteAddress), provenPeerOf(socket)?.id);
    socket.destroy();
  });
  https.on('request', (_, response) => {
    response.writeHead(426, { connection: 'close' }).end();
  });
  https.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    if (!(socket instanceof TLSSocket)) return;
    const address = plainAddress(socket.remoteAddress);
    const proven = provenPeerOf(socket);
    const tcp = tcpSocketOf(socket);
    const isInvalid = exceedsLimit(tcp) || isFromBrowser(request) || !isSignallingRequest(request);
    const code = !proven ? 'ERR_IDENTITY_MISSING' : isInvalid ? 'ERR_PROTOCOL' : activeRefusal(address, proven.id);
    if (code || !proven) {
      reject(socket, code ?? 'ERR_IDENTITY_MISSING');
      onRefused(code ?? 'ERR_IDENTITY_MISSING', address, proven?.id);
      return;
    }
    socket.setNoDelay(true);
    socket.setMaxSendFragment(frameBytes);
    webSockets.handleUpgrade(request, socket, head, (ws) => {
      if (tcp) onHandshakeDone(tcp);
      onAccepted({ ws, proven, address, authenticated: () => tcp && onAuthenticated(tcp) });
    });
  });

  return { handle: (socket) => void https.emit('connection', socket) };
}
