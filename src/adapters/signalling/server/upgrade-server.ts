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
  headerValue,
  helloHeader,
  isProtocolError,
  type ProvenPeer,
  provenPeerOf,
  refusalHeader,
  signallingPath,
  subProtocol,
  tlsOptions,
  welcomeHeader,
} from '../web-socket/tls.ts';
import { webSocketOptions } from '../web-socket/web-socket-wire.ts';

/** A peer that TLS has proven, not yet authenticated. */
export interface UpgradeRequest extends ProvenPeer {
  readonly address: string;
  /** Its first frame, if it came with the request. */
  readonly hello: string | undefined;
}

/** What becomes of such a request: the code of its refusal, or a WebSocket. */
export interface UpgradeDecision {
  readonly refusal?: RefusalCode | undefined;
  /** This side's first frame, which goes with the response. */
  readonly welcome?: string | undefined;
  /** `authenticated` is to be called when the peer is: the limits on unauthenticated sockets no longer hold. */
  open(ws: WebSocket, authenticated: () => void): void;
}

export interface UpgradeServerOptions {
  readonly credentials: Credentials;
  /** The TCP socket that a TLS socket runs on. */
  readonly tcpSocketOf: (tls: TLSSocket) => Socket | undefined;
  readonly decide: (request: UpgradeRequest) => UpgradeDecision;
  /** TLS is up on that socket, or the WebSocket is. */
  readonly onHandshakeDone: (socket: Socket) => void;
  readonly onAuthenticated: (socket: Socket) => void;
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

/** One that comes twice is two values in one, which is no JSON. */
function helloOf({ headers }: IncomingMessage): string | undefined {
  const value = headers[helloHeader];
  return typeof value === 'string' ? value : undefined;
}

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
  const { credentials, tcpSocketOf, decide, onHandshakeDone, onAuthenticated, onRefused } = options;
  const https = createHttpsServer(credentials);
  const webSockets = new WebSocketServer({
    ...webSocketOptions,
    noServer: true,
    clientTracking: false,
    handleProtocols: () => subProtocol,
  });
  const welcomes = new WeakMap<IncomingMessage, string>();
  webSockets.on('headers', (headers, request) => {
    const welcome = welcomes.get(request);
    if (welcome !== undefined) headers.push(`${welcomeHeader}: ${headerValue(welcome)}`);
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
    const refuse = (code: RefusalCode): void => {
      reject(socket, code);
      onRefused(code, address, proven?.id);
    };
    if (!proven) {
      refuse('ERR_IDENTITY_MISSING');
      return;
    }
    // Nothing of it is parsed before that: neither what is too long, nor what no peer sends.
    if (exceedsLimit(tcp) || isFromBrowser(request) || !isSignallingRequest(request)) {
      refuse('ERR_PROTOCOL');
      return;
    }
    const { refusal, welcome, open } = decide({ ...proven, address, hello: helloOf(request) });
    if (refusal) {
      refuse(refusal);
      return;
    }
    if (welcome !== undefined) welcomes.set(request, welcome);
    socket.setNoDelay(true);
    socket.setMaxSendFragment(frameBytes);
    webSockets.handleUpgrade(request, socket, head, (ws) => {
      if (tcp) onHandshakeDone(tcp);
      open(ws, () => tcp && onAuthenticated(tcp));
    });
  });

  return { handle: (socket) => void https.emit('connection', socket) };
}
