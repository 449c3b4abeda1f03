import { isIP, connect as tcpConnect } from 'node:net';
import { type SecureContext, type TLSSocket, connect as tlsConnect } from 'node:tls';
import { WebSocket } from 'ws';
import type { Clock } from '../../../environment.ts';
import { LanpeerError } from '../../../errors.ts';
import { limits } from '../../../limits.ts';
import { refusalCode } from '../../../protocol/greeting.ts';
import { onAbort } from '../../../util/abort.ts';
import { startTimeLimit } from '../../../util/time-limit.ts';
import type { DialTarget } from '../port.ts';
import {
  headerValue,
  helloHeader,
  isProtocolError,
  type ProvenPeer,
  provenPeerOf,
  refusalHeader,
  signallingPath,
  subProtocol,
  welcomeHeader,
} from './tls.ts';
import { webSocketOptions } from './web-socket-wire.ts';

/** @param saidHello The authentication had begun. */
function dialError(thrown: Error, saidHello: boolean): LanpeerError {
  const code = 'code' in thrown ? String(thrown.code) : '';
  const detail = { cause: thrown };
  if (code === 'ECONNREFUSED') return new LanpeerError('ERR_REFUSED', undefined, detail);
  if (code === 'ETIMEDOUT') return new LanpeerError('ERR_TIMEOUT', undefined, detail);
  // What ws finds wrong in an answer has no code.
  if (code === '' || isProtocolError(thrown))
    return new LanpeerError('ERR_PROTOCOL', `What listens there is not lanpeer: ${thrown.message}`, detail);
  if (saidHello)
    return new LanpeerError('ERR_SIGNALLING', 'The other end closed the session during authentication.', detail);
  return new LanpeerError('ERR_UNREACHABLE', undefined, detail);
}

/** For the request only. The zone of a link-local address (RFC 4007) means nothing there, and no URL can have it. */
export function urlOf(address: string): string {
  const host = address.replace(/%.*$/, '');
  return `ws://${host.includes(':') ? `[${host}]` : host}${signallingPath}`;
}

/** An open WebSocket over TLS, and what TLS proved. */
export interface Dialed {
  readonly ws: WebSocket;
  readonly proven: ProvenPeer;
  /** The server's first frame, if it came with the upgrade. */
  readonly welcome: string | undefined;
}

const headerText = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

/**
 * TCP, TLS and the upgrade; any device may answer. `helloTo` makes the first frame, which goes with the request. Rejects
 * with `ERR_REFUSED`, `ERR_UNREACHABLE`, `ERR_TIMEOUT`, `ERR_ABORTED`, `ERR_PROTOCOL`, `ERR_IDENTITY_MISSING`,
 * `ERR_SIGNALLING` (the other end closed after the hello) or the code of the server's refusal.
 */
export function dialWebSocket(
  target: DialTarget,
  context: SecureContext,
  clock: Clock,
  helloTo: (proven: ProvenPeer) => string | undefined = () => undefined,
): Promise<Dialed> {
  const { address, port, timeoutMs, signal } = target;
  if (isIP(address) === 0) return Promise.reject(new LanpeerError('ERR_OPTION', `${address} is not an IP address.`));
  if (signal.aborted) return Promise.reject(new LanpeerError('ERR_ABORTED'));
  return new Promise((resolve, reject) => {
    const raw = tcpConnect({ host: address, port, noDelay: true });
    const socket: TLSSocket = tlsConnect({ socket: raw, secureContext: context, rejectUnauthorized: false });
    let ws: WebSocket | undefined;
    let hello: string | undefined;
    let endLimit = startTimeLimit(clock, timeoutMs, timeout);

    function settle(): void {
      endLimit();
      socket.off('data', exceedsLimit);
      off();
    }
    function fail(error: LanpeerError): void {
      settle();
      ws?.terminate();
      socket.destroy();
      raw.destroy();
      reject(error);
    }
    /** Counted below TLS: OpenSSL parses a whole handshake before anything can be read from it. */
    function exceedsLimit(): boolean {
      if (raw.bytesRead <= limits.unauthenticated.bytes) return false;
      fail(new LanpeerError('ERR_PROTOCOL', 'What listens there says too much before it is known who it is.'));
      return true;
    }
    function timeout(): void {
      fail(new LanpeerError('ERR_TIMEOUT', `Nothing answered at ${address} port ${port} in time.`));
    }
    function abort(): void {
      fail(new LanpeerError('ERR_ABORTED'));
    }

    const off = onAbort(signal, abort);
    const failWith = (thrown: Error): void => fail(dialError(thrown, hello !== undefined));
    raw.on('error', failWith);
    socket.on('error', failWith);
    raw.once('connect', () => {
      endLimit();
      endLimit = startTimeLimit(clock, limits.dial.authenticationMs, timeout);
    });
    socket.once('secureConnect', () => {
      if (exceedsLimit()) return;
      const proven = provenPeerOf(socket);
      if (!proven) {
        fail(new LanpeerError('ERR_IDENTITY_MISSING'));
        return;
      }
      hello = helloTo(proven);
      let welcome: string | undefined;
      ws = new WebSocket(urlOf(address), subProtocol, {
        ...webSocketOptions,
        maxHeaderSize: limits.unauthenticated.httpHeaderBytes,
        ...(hello !== undefined && { headers: { [helloHeader]: headerValue(hello) } }),
        createConnection: () => socket,
        // Masks keep proxies from taking payload for requests (RFC 6455 section 10.3); under TLS there is none. Zeros
        // are a mask that costs nothing.
        generateMask: (mask) => void mask.fill(0),
      });
      const opening = ws;
      socket.on('data', exceedsLimit);
      opening.on('error', failWith);
      opening.once('unexpected-response', (_, response) => {
        // A refusal of another device says nothing about the one that was dialed.
        const isExpected = target.id === undefined || proven.id === target.id;
        fail(new LanpeerError(isExpected ? refusalCode(response.headers[refusalHeader]) : 'ERR_IDENTITY_MISMATCH'));
      });
      opening.once('upgrade', ({ headers }) => {
        welcome = headerText(headers[welcomeHeader]);
      });
      opening.once('open', () => {
        if (exceedsLimit()) return;
        settle();
        // What the server sends at once must not come before the wire has a listener.
        opening.pause();
        resolve({ ws: opening, proven, welcome });
      });
    });
  });
}
