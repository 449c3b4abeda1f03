import type { Clock } from '../../../environment.ts';
import { asLanpeerError, LanpeerError } from '../../../errors.ts';
import { limits } from '../../../limits.ts';
import type { AccessPolicy } from '../../../protocol/access.ts';
import type { DeviceId } from '../../../protocol/device-id.ts';
import type { RefusalCode } from '../../../protocol/greeting.ts';
import { relateIncarnation } from '../../../protocol/incarnation.ts';
import type { Role } from '../../../protocol/proof.ts';
import type { DialTarget, Greeting, OwnGreeting, Refusal, SignallingListener, SignallingSession } from '../port.ts';
import { type AuthBackoff, createAuthBackoff } from './auth-backoff.ts';
import { type Authentication, createAuthentication } from './authenticate.ts';
import { authenticateDialed } from './authenticate-dialed.ts';
import { dialWithKeys } from './dial-keys.ts';
import { type AuthenticationRefusal, runAuthentication } from './run-authentication.ts';
import { createSignallingSession } from './signalling-session.ts';
import type { Wire } from './wire.ts';

export interface SignallingEndpointOptions {
  readonly ownId: DeviceId;
  readonly access: AccessPolicy;
  /** This side's greeting for that peer, asked for when it is sent; the port is filled in. */
  readonly greet: (remoteId: DeviceId) => OwnGreeting;
  readonly clock: Clock;
}

/** An open wire, and what is proven of its other end. */
export interface ConnectedWire {
  readonly wire: Wire;
  readonly id: DeviceId;
  /** 32 bytes that only the two ends of the wire know. */
  readonly secret: Uint8Array;
  readonly address: string;
}

/** A wire on which the authentication has begun. */
interface StartedAuthentication {
  readonly authentication: Authentication;
  /** Makes the session, once both sides are authorised. */
  readonly createSession: (greeting: Greeting) => SignallingSession;
}

/** Codes that count as a failed authentication of the dialer. */
const failureCodes: readonly RefusalCode[] = [
  'ERR_NETWORK_KEY',
  'ERR_NOT_ALLOWED',
  'ERR_IDENTITY_MISMATCH',
  'ERR_PROTOCOL',
];

let sessionCount = 0;

/** Makes authenticated sessions of connected wires, whatever these run over. */
export class SignallingEndpoint {
  readonly #ownId: DeviceId;
  readonly #greet: SignallingEndpointOptions['greet'];
  readonly #clock: Clock;
  readonly #backoff: AuthBackoff;
  readonly #sessions = new Set<SignallingSession>();
  /** Wires that were accepted and are not authenticated yet. */
  readonly #authenticating = new Set<ConnectedWire>();
  /** Of each session, until its wire is closed. */
  readonly #closing = new Set<Promise<void>>();
  #access: AccessPolicy;
  #listener: SignallingListener | undefined;
  #port = 0;

  constructor({ ownId, access, greet, clock }: SignallingEndpointOptions) {
    this.#ownId = ownId;
    this.#access = access;
    this.#greet = greet;
    this.#clock = clock;
    this.#backoff = createAuthBackoff(clock);
  }

  /** Reports to that listener from now on, and names that port in greetings. */
  setListener(listener: SignallingListener, port: number): void {
    this.#listener = listener;
    this.#port = port;
  }

  setAccess(access: AccessPolicy): void {
    this.#access = access;
    this.#backoff.forgetAll();
  }

  /** The code that a peer is refused with while its backoff lasts; undefined if it may authenticate. */
  activeRefusal(address: string, id: DeviceId): RefusalCode | undefined {
    return this.#backoff.activeRefusal(address, id);
  }

  reportRefusal(refusal: Refusal): void {
    this.#notify(() => this.#listener?.refused(refusal));
  }

  /** Authenticates a peer that dialed this side. `onAuthenticated` is called once that is done. */
  accept(connected: ConnectedWire, onAuthenticated: () => void): void {
    const { id, address, wire } = connected;
    const { authentication, createSession } = this.#startAuthentication('listener', connected);
    const isBusy = this.#sessionsWith(id) >= limits.signalling.sessionsPerPeer;
    this.#authenticating.add(connected);
    runAuthentication(wire, {
      authentication,
      refusal: isBusy ? 'ERR_BUSY' : undefined,
      clock: this.#clock,
      onDone: (greeting) => {
        this.#authenticating.delete(connected);
        if (id === this.#ownId) {
          const code = this.#refuseOwnId(connected, greeting);
          if (code === 'ERR_SELF') this.reportRefusal({ code, address, id });
          return false;
        }
        onAuthenticated();
        this.#backoff.forget(address, id);
        const session = createSession(greeting);
        this.#notify(() => this.#listener?.session(session));
        return true;
      },
      onRefused: (refusal) => {
        this.#authenticating.delete(connected);
        if (refusal.by === 'local') this.#recordFailure(connected, authentication, refusal);
        this.reportRefusal({ code: refusal.code, address, id });
      },
      onClosed: () => void this.#authenticating.delete(connected),
    });
  }

  /**
   * Connects and authenticates, once for each network key until one is accepted. Rejects with what `connect` rejects with,
   * `ERR_ABORTED`, `ERR_TIMEOUT` or the code of a refusal.
   */
  dial(
    target: Pick<DialTarget, 'id' | 'networkTag' | 'signal'>,
    connect: () => Promise<ConnectedWire>,
  ): Promise<SignallingSession> {
    return dialWithKeys(
      () => this.#access,
      target,
      async (key) => this.#authenticateDialed(await connect(), target, key),
    );
  }

  /** Ends wires that are not authenticated yet, says bye on sessions; resolves when the wires of these are closed. */
  async close(): Promise<void> {
    for (const { wire } of [...this.#authenticating]) wire.terminate();
    for (const session of [...this.#sessions]) session.close('stopping');
    await Promise.all(this.#closing);
  }

  #reportError(error: LanpeerError): void {
    try {
      this.#listener?.error(error);
    } catch {
      // The listener got the error, and there is no other one.
    }
  }

  #notify(call: () => void): void {
    try {
      call();
    } catch (thrown) {
      this.#reportError(asLanpeerError(thrown, 'ERR_HANDLER'));
    }
  }

  /** Wires that authenticate are counted, too: many that are done at one moment must not pass the limit together. */
  #sessionsWith(id: DeviceId): number {
    const sessions = [...this.#sessions].filter(({ remoteId }) => remoteId === id);
    const authenticating = [...this.#authenticating].filter((connected) => connected.id === id);
    return sessions.length + authenticating.length;
  }

  #startAuthentication(role: Role, connected: ConnectedWire, networkKey?: Uint8Array): StartedAuthentication {
    const { id, secret } = connected;
    let ownGeneration = 0;
    const authentication = createAuthentication({
      role,
      ownId: this.#ownId,
      remoteId: id,
      exporter: secret,
      access: () => this.#access,
      ...(networkKey && { networkKey }),
      greet: () => {
        const greeting = this.#greet(id);
        ownGeneration = greeting.generation ?? greeting.held;
        return { ...greeting, port: this.#port };
      },
    });
    const opener = role === 'dialer' ? 'local' : 'remote';
    const createSession = (greeting: Greeting): SignallingSession => {
      const { networkKey: proven } = authentication;
      return this.#createSession(connected, { opener, greeting, ownGeneration, ...(proven && { networkKey: proven }) });
    };
    return { authentication, createSession };
  }

  #createSession(
    { wire, id, secret, address }: ConnectedWire,
    facts: Pick<SignallingSession, 'opener' | 'greeting' | 'ownGeneration' | 'networkKey'>,
  ): SignallingSession {
    const { promise, resolve } = Promise.withResolvers<void>();
    const closed = promise.then(() => void this.#closing.delete(closed));
    this.#closing.add(closed);
    sessionCount += 1;
    const session = createSignallingSession({
      info: { key: `${facts.opener}-${sessionCount}`, remoteId: id, remoteAddress: address, secret, ...facts },
      wire,
      clock: this.#clock,
      onError: (error) => this.#reportError(error),
      onEnded: () => void this.#sessions.delete(session),
      onClosed: resolve,
    });
    this.#sessions.add(session);
    return session;
  }

  #authenticateDialed(
    connected: ConnectedWire,
    { id, signal }: Pick<DialTarget, 'id' | 'signal'>,
    networkKey: Uint8Array | undefined,
  ): Promise<SignallingSession> {
    if (signal.aborted) {
      connected.wire.terminate();
      return Promise.reject(new LanpeerError('ERR_ABORTED'));
    }
    const { authentication, createSession } = this.#startAuthentication('dialer', connected, networkKey);
    return authenticateDialed({
      wire: connected.wire,
      authentication,
      refusal: id !== undefined && id !== connected.id ? 'ERR_IDENTITY_MISMATCH' : undefined,
      clock: this.#clock,
      signal,
      onDone: (greeting) =>
        connected.id === this.#ownId
          ? new LanpeerError(this.#refuseOwnId(connected, greeting))
          : createSession(greeting),
    });
  }

  /** The other end has proven this node's own key: it is this run itself, or another one, which is reported. */
  #refuseOwnId({ address }: ConnectedWire, { incarnation, port }: Greeting): 'ERR_SELF' | 'ERR_INSTANCE' {
    if (relateIncarnation(this.#greet(this.#ownId).incarnation, incarnation) === 'same') return 'ERR_SELF';
    this.#notify(() => this.#listener?.copy?.({ incarnation, address, port }));
    return 'ERR_INSTANCE';
  }

  #recordFailure(
    { id, address }: ConnectedWire,
    { networkKey, provedUnknownKey }: Authentication,
    { code }: AuthenticationRefusal,
  ): void {
    if (code === 'ERR_NETWORK_KEY' && provedUnknownKey) this.#backoff.recordUnknownKey(address, id);
    // A key that was dropped here while the peer proved it is no failure of the peer.
    else if (code === 'ERR_NETWORK_KEY' && networkKey !== undefined) return;
    else if (failureCodes.includes(code)) this.#backoff.recordFailure(address, id, code);
  }
}
