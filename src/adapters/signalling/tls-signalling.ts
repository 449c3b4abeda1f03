import type { WebSocket } from 'ws';
import type { Clock } from '../../environment.ts';
import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { AccessPolicy } from '../../protocol/access.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import type { RefusalCode } from '../../protocol/greeting.ts';
import { createAuthentication } from './authenticate.ts';
import { createDenials } from './denials.ts';
import { dialWebSocket } from './dial.ts';
import type { Greeting, Signalling, SignallingListener, SignallingSession } from './port.ts';
import { createSignallingServer, type Visitor } from './server.ts';
import { createSession } from './session.ts';
import { createStrangers } from './strangers.ts';
import type { Credentials, Proven } from './tls.ts';
import { authenticate } from './web-socket.ts';

export interface TlsSignallingOptions {
  readonly identity: Credentials;
  /** IP addresses of this machine to listen on. */
  readonly addresses: readonly string[];
  /** TCP port; 0 for any free one. */
  readonly port: number;
  readonly access: AccessPolicy;
  /** This side's greeting for that peer, asked for when it is sent; the port is filled in. */
  readonly greet: (remoteId: DeviceId) => Omit<Greeting, 'port'>;
  readonly clock: Clock;
  /** True for addresses from which a peer was proven before. */
  readonly proven?: (address: string) => boolean;
}

/** Codes that count as a failed authentication of the one who called. */
const offences: readonly RefusalCode[] = [
  'ERR_NETWORK_KEY',
  'ERR_NOT_ALLOWED',
  'ERR_IDENTITY_MISMATCH',
  'ERR_PROTOCOL',
];

let count = 0;

/** Signalling over WebSocket (RFC 6455) and TLS 1.3 (RFC 8446) with Ed25519 certificates on both sides. */
export function tlsSignalling(options: TlsSignallingOptions): Signalling {
  const { identity, access, clock, addresses } = options;
  const denials = createDenials(clock);
  const strangers = createStrangers(clock, options.proven ?? (() => false));
  const sessions = new Map<SignallingSession, Promise<void>>();
  const stopping = new AbortController();
  let listener: SignallingListener | undefined;
  let port = 0;

  const openWith = (id: DeviceId): number => [...sessions.keys()].filter((session) => session.remoteId === id).length;

  function begin(ws: WebSocket, opener: 'local' | 'remote', proven: Proven, remoteAddress: string) {
    let told = 0;
    const authentication = createAuthentication({
      role: opener === 'local' ? 'dialler' : 'listener',
      ownId: identity.id,
      remoteId: proven.id,
      exporter: proven.exporter,
      access,
      greet() {
        const greeting = options.greet(proven.id);
        told = greeting.held;
        return { ...greeting, port };
      },
    });
    function open(greeting: Greeting) {
      let ended = (): void => undefined;
      const over = new Promise<void>((resolve) => {
        ended = resolve;
      });
      count += 1;
      const session = createSession({
        key: `${opener}-${count}`,
        ws,
        remoteId: proven.id,
        opener,
        remoteAddress,
        greeting,
        told,
        secret: proven.exporter,
        clock,
        ended() {
          sessions.delete(session);
          ended();
        },
      });
      sessions.set(session, over);
      return session;
    }
    return { authentication, open };
  }

  function visit({ ws, proven, address, welcome }: Visitor): void {
    const { id } = proven;
    const { authentication, open } = begin(ws, 'remote', proven, address);
    const fault: RefusalCode | undefined =
      id === identity.id ? 'ERR_SELF' : openWith(id) >= limits.signalling.sessionsPerPeer ? 'ERR_BUSY' : undefined;
    authenticate(ws, {
      authentication,
      fault,
      clock,
      done(greeting) {
        welcome();
        denials.forget(address, id);
        const session = open(greeting);
        listener?.session(session);
        return (text) => session.text(text);
      },
      refused({ code, by }) {
        if (by === 'local' && offences.includes(code)) denials.note(address, id, code);
        listener?.refused({ code, address, id });
      },
      lost: () => undefined,
    });
  }

  const server = createSignallingServer({
    credentials: identity,
    strangers,
    due: denials.due,
    visitor: visit,
    refused: (code, address, id) => listener?.refused({ code, address, ...(id !== undefined && { id }) }),
  });

  return {
    async listen(next) {
      listener = next;
      port = await server.listen(addresses, options.port);
      return { port };
    },

    async dial(target) {
      const signal = AbortSignal.any([target.signal, stopping.signal]);
      const { ws, proven } = await dialWebSocket({ ...target, signal }, identity, clock);
      const { authentication, open } = begin(ws, 'local', proven, target.address);
      const fault: RefusalCode | undefined =
        target.id !== undefined && target.id !== proven.id
          ? 'ERR_IDENTITY_MISMATCH'
          : proven.id === identity.id
            ? 'ERR_SELF'
            : undefined;
      return new Promise<SignallingSession>((resolve, reject) => {
        const fail = (error: LanpeerError): void => {
          clock.clearTimeout(timer);
          signal.removeEventListener('abort', abort);
          reject(error);
        };
        const abort = (): void => {
          ws.terminate();
          fail(new LanpeerError('ERR_ABORTED'));
        };
        const timer = clock.setTimeout(() => {
          ws.terminate();
          fail(new LanpeerError('ERR_TIMEOUT', 'The other end did not authenticate in time.'));
        }, limits.dial.authenticationMs);
        signal.addEventListener('abort', abort, { once: true });
        authenticate(ws, {
          authentication,
          fault,
          clock,
          done(greeting) {
            clock.clearTimeout(timer);
            signal.removeEventListener('abort', abort);
            const session = open(greeting);
            resolve(session);
            return (text) => session.text(text);
          },
          refused: ({ code }) => fail(new LanpeerError(code)),
          lost: fail,
        });
      });
    },

    async close() {
      stopping.abort();
      await server.close();
      const over = [...sessions.values()];
      for (const session of [...sessions.keys()]) session.close('stopping');
      await Promise.all(over);
    },
  };
}
