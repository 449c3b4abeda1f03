import type { Clock } from '../../../environment.ts';
import { LanpeerError } from '../../../errors.ts';
import { limits } from '../../../limits.ts';
import type { AccessPolicy } from '../../../protocol/access.ts';
import type { DeviceId } from '../../../protocol/device-id.ts';
import type { RefusalCode } from '../../../protocol/greeting.ts';
import { relateIncarnation } from '../../../protocol/incarnation.ts';
import type { DialTarget, Greeting, OwnGreeting, Refusal, SignallingListener, SignallingSession } from '../port.ts';
import { type AuthBackoff, createAuthBackoff } from './auth-backoff.ts';
import { recordAuthFailure } from './auth-failures.ts';
import { authenticateDialed } from './authenticate-dialed.ts';
import { dialWithKeys } from './dial-keys.ts';
import { ListenerReports } from './listener-reports.ts';
import { OpenSessions } from './open-sessions.ts';
import { runAuthentication } from './run-authentication.ts';
import {
  type Admission,
  type StartAuthenticationDeps,
  type StartedAuthentication,
  startAuthentication,
} from './start-authentication.ts';
import type { ConnectedWire, DialedWire, ProvenEnd } from './wire.ts';

export interface SignallingEndpointOptions {
  readonly ownId: DeviceId;
  readonly access: AccessPolicy;
  /** This side's greeting for that peer, asked for when it is sent; the port is filled in. */
  readonly greet: (remoteId: DeviceId) => OwnGreeting;
  readonly clock: Clock;
}

/** Makes authenticated sessions of connected wires, whatever these run over. */
export class SignallingEndpoint {
  readonly #ownId: DeviceId;
  readonly #greet: SignallingEndpointOptions['greet'];
  readonly #clock: Clock;
  readonly #backoff: AuthBackoff;
  readonly #reports = new ListenerReports();
  readonly #sessions: OpenSessions;
  /** Wires that were accepted and are not authenticated yet. */
  readonly #authenticating = new Set<ConnectedWire>();
  readonly #deps: StartAuthenticationDeps;
  #access: AccessPolicy;
  #port = 0;

  constructor({ ownId, access, greet, clock }: SignallingEndpointOptions) {
    this.#ownId = ownId;
    this.#access = access;
    this.#greet = greet;
    this.#clock = clock;
    this.#backoff = createAuthBackoff(clock);
    const sessions = new OpenSessions({ clock, onError: (error) => this.#reports.error(error) });
    this.#sessions = sessions;
    this.#deps = { ownId, greet, sessions, access: () => this.#access, port: () => this.#port };
  }

  /** Reports to that listener from now on, and names that port in greetings. */
  setListener(listener: SignallingListener, port: number): void {
    this.#reports.setListener(listener);
    this.#port = port;
  }

  setAccess(access: AccessPolicy): void {
    this.#access = access;
    this.#backoff.forgetAll();
  }

  /** The code that a peer is refused with while its backoff lasts; undefined if it may authenticate. */
  activeRefusal(address: string, id: DeviceId): RefusalCode | undefined {
    const code = this.#backoff.activeRefusal(address, id);
    // A device that waits dials now and then: that must not keep it from proving an invitation.
    return code === 'ERR_NOT_TRUSTED' && this.#access.invitation ? undefined : code;
  }

  reportRefusal(refusal: Refusal): void {
    this.#reports.refused(refusal);
  }

  /** Authenticates a peer that dialed this side. `onAuthenticated` is called once that is done. */
  accept(connected: ConnectedWire, onAuthenticated: () => void): void {
    this.admit(connected).start(connected.wire, onAuthenticated);
  }

  /** A peer dials this side; its hello may have come before its wire is open. */
  admit(peer: ProvenEnd, hello?: string): Admission {
    const started = startAuthentication(this.#deps, 'listener', peer);
    const isBusy = this.#sessionsWith(peer.id) >= limits.signalling.sessionsPerPeer;
    const step = isBusy || hello === undefined ? undefined : started.authentication.receive(hello);
    if (step?.kind === 'refused' && step.reply !== undefined)
      recordAuthFailure(this.#backoff, peer, started.authentication, step.code);
    const refusal = isBusy ? 'ERR_BUSY' : step?.kind === 'refused' ? step.code : undefined;
    return {
      refusal,
      welcome: step?.reply,
      start: (wire, onAuthenticated) => this.#acceptWire({ ...peer, wire }, started, refusal, onAuthenticated),
    };
  }

  #acceptWire(
    connected: ConnectedWire,
    { authentication, createSession }: StartedAuthentication,
    refusal: RefusalCode | undefined,
    onAuthenticated: () => void,
  ): void {
    const { id, address, wire } = connected;
    this.#authenticating.add(connected);
    runAuthentication(wire, {
      authentication,
      refusal,
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
        const session = createSession(wire, greeting);
        this.#reports.notify((listener) => listener.session(session));
        return true;
      },
      onRefused: (refusal) => {
        this.#authenticating.delete(connected);
        if (refusal.by === 'local') recordAuthFailure(this.#backoff, connected, authentication, refusal.code);
        this.reportRefusal({ code: refusal.code, address, id });
      },
      onClosed: () => void this.#authenticating.delete(connected),
    });
  }

  /**
   * Connects and authenticates, once for each network key until one is accepted. Rejects with what `connect` rejects with,
   * `ERR_ABORTED`, `ERR_TIMEOUT` or the code of a refusal. `connect` may ask for the hello to a device, to send it before
   * its wire is open.
   */
  dial(
    target: Pick<DialTarget, 'id' | 'networkTag' | 'signal'>,
    connect: (helloTo: (peer: ProvenEnd) => string | undefined) => Promise<DialedWire>,
  ): Promise<SignallingSession> {
    return dialWithKeys(
      () => this.#access,
      target,
      async (key) => {
        let started: StartedAuthentication | undefined;
        return this.#reports.tellUntrusted(async (proven) => {
          const dialed = await connect((peer) => {
            if (target.id !== undefined && target.id !== peer.id) return undefined;
            started = startAuthentication(this.#deps, 'dialer', proven(peer), key);
            return started.authentication.first;
          });
          return this.#authenticateDialed(proven(dialed), target, started, key);
        });
      },
    );
  }

  /** Ends wires that are not authenticated yet, says bye on sessions; resolves when the wires of these are closed. */
  close(): Promise<void> {
    for (const { wire } of [...this.#authenticating]) wire.terminate();
    return this.#sessions.close();
  }

  /** Wires that authenticate are counted, too: many that are done at one moment must not pass the limit together. */
  #sessionsWith(id: DeviceId): number {
    const authenticating = [...this.#authenticating].filter((connected) => connected.id === id);
    return this.#sessions.countWith(id) + authenticating.length;
  }

  #authenticateDialed(
    connected: DialedWire,
    { id, signal }: Pick<DialTarget, 'id' | 'signal'>,
    said: StartedAuthentication | undefined,
    networkKey: Uint8Array | undefined,
  ): Promise<SignallingSession> {
    const { wire, welcome } = connected;
    if (signal.aborted) {
      wire.terminate();
      return Promise.reject(new LanpeerError('ERR_ABORTED'));
    }
    const { authentication, createSession } = said ?? startAuthentication(this.#deps, 'dialer', connected, networkKey);
    return authenticateDialed({
      wire,
      authentication,
      saidHello: said !== undefined,
      welcome,
      refusal: id !== undefined && id !== connected.id ? 'ERR_IDENTITY_MISMATCH' : undefined,
      clock: this.#clock,
      signal,
      onDone: (greeting) =>
        connected.id === this.#ownId
          ? new LanpeerError(this.#refuseOwnId(connected, greeting))
          : createSession(wire, greeting),
    });
  }

  /** The other end has proven this node's own key: it is this run itself, or another one, which is reported. */
  #refuseOwnId({ address }: ConnectedWire, { incarnation, port }: Greeting): 'ERR_SELF' | 'ERR_INSTANCE' {
    if (relateIncarnation(this.#greet(this.#ownId).incarnation, incarnation) === 'same') return 'ERR_SELF';
    this.#reports.notify((listener) => listener.copy?.({ incarnation, address, port }));
    return 'ERR_INSTANCE';
  }
}
