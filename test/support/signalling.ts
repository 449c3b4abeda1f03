import { type Socket, connect as tcpConnect } from 'node:net';
import { type ConnectionOptions, type TLSSocket, connect as tlsConnect } from 'node:tls';
import { WebSocket } from 'ws';
import { ephemeralIdentity } from '../../src/adapters/identity/ephemeral.ts';
import type { Identity } from '../../src/adapters/identity/port.ts';
import type {
  DialTarget,
  Refusal,
  SessionEnd,
  Signalling,
  SignallingSession,
} from '../../src/adapters/signalling/port.ts';
import { tlsSignalling } from '../../src/adapters/signalling/tls-signalling.ts';
import { systemClock } from '../../src/environment.ts';
import { limits } from '../../src/limits.ts';
import type { AccessPolicy } from '../../src/protocol/access.ts';
import type { SignalMessage } from '../../src/protocol/signal.ts';
import { whenTestEnds } from './hooks.ts';

/** What listens on that port of loopback. */
export const targetAt = (port: number): DialTarget => ({
  address: '127.0.0.1',
  port,
  timeoutMs: limits.dial.timeoutMs,
  signal: new AbortController().signal,
});

const open = new Set<{ close(): unknown }>();

whenTestEnds(async () => {
  await Promise.all([...open].map((one) => one.close()));
  open.clear();
});

/** A signalling endpoint on loopback, closed after the test. */
export interface Endpoint {
  readonly identity: Identity;
  readonly signalling: Signalling;
  readonly port: number;
  readonly sessions: SignallingSession[];
  readonly refusals: Refusal[];
  /** The next session that another endpoint opens. */
  nextSession(): Promise<SignallingSession>;
  nextRefusal(): Promise<Refusal>;
}

export async function makeEndpoint(access: AccessPolicy = {}, identity?: Identity): Promise<Endpoint> {
  const own = identity ?? (await ephemeralIdentity({ clock: systemClock }).open());
  const sessions: SignallingSession[] = [];
  const refusals: Refusal[] = [];
  const waiting: { session: ((s: SignallingSession) => void)[]; refusal: ((r: Refusal) => void)[] } = {
    session: [],
    refusal: [],
  };
  const signalling = tlsSignalling({
    identity: own,
    addresses: ['127.0.0.1'],
    port: 0,
    access,
    greet: () => ({ incarnation: own.incarnation, name: 'endpoint', held: 0, features: [], transports: [] }),
    clock: systemClock,
  });
  open.add(signalling);
  const { port } = await signalling.listen({
    session(session) {
      sessions.push(session);
      waiting.session.shift()?.(session);
    },
    refused(refusal) {
      refusals.push(refusal);
      waiting.refusal.shift()?.(refusal);
    },
    error: () => undefined,
  });
  return {
    identity: own,
    signalling,
    port,
    sessions,
    refusals,
    nextSession: () => new Promise((resolve) => void waiting.session.push(resolve)),
    nextRefusal: () => new Promise((resolve) => void waiting.refusal.push(resolve)),
  };
}

/** Dials from one to the other; the id that is expected may be wrong. */
export function dial(
  from: Endpoint,
  to: Endpoint,
  id: string | undefined = to.identity.id,
): Promise<SignallingSession> {
  const target = targetAt(to.port);
  return from.signalling.dial(id === undefined ? target : { ...target, id });
}

/** Everything that comes over a session, and how it ends. */
export function record(session: SignallingSession): {
  readonly messages: SignalMessage[];
  readonly ended: Promise<SessionEnd>;
} {
  const messages: SignalMessage[] = [];
  const ended = new Promise<SessionEnd>((resolve) => {
    session.attach({ message: (message) => void messages.push(message), ended: resolve });
  });
  return { messages, ended };
}

/** A TLS connection by hand. */
export function tlsTo(port: number, options: ConnectionOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = tlsConnect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options });
    open.add({ close: () => socket.destroy() });
    socket.once('secureConnect', () => resolve(socket));
    socket.once('error', reject);
  });
}

export function tcpTo(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = tcpConnect({ host: '127.0.0.1', port });
    open.add({ close: () => socket.destroy() });
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
  });
}

export const credentials = ({ privateKeyPem, certificatePem }: Identity): ConnectionOptions => ({
  key: privateKeyPem,
  cert: certificatePem,
});

/** A WebSocket by hand over TLS that is up, opened; what the server says is collected. */
export function upgrade(
  socket: TLSSocket,
  path = '/lanpeer/1',
  protocol = 'lanpeer.1',
): Promise<{ ws: WebSocket; said: string[]; closed: Promise<number> }> {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(`ws://127.0.0.1${path}`, protocol, {
      createConnection: () => socket,
      perMessageDeflate: false,
    });
    const said: string[] = [];
    const closed = new Promise<number>((done) => void ws.once('close', (code) => done(code)));
    ws.on('message', (data) => void said.push(data.toString()));
    ws.once('open', () => resolve({ ws, said, closed }));
    ws.on('error', reject);
  });
}

/** Sends a raw HTTP request over TLS; resolves with the whole answer once the server ends it. */
export function request(socket: TLSSocket, lines: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(answer));
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  });
}
