import type { AccessPolicy } from '../../../protocol/access.ts';
import type { DeviceId } from '../../../protocol/device-id.ts';
import type { RefusalCode } from '../../../protocol/greeting.ts';
import type { Role } from '../../../protocol/proof.ts';
import type { Greeting, OwnGreeting, SignallingSession } from '../port.ts';
import { type Authentication, createAuthentication } from './authenticate.ts';
import type { OpenSessions } from './open-sessions.ts';
import type { ProvenEnd, Wire } from './wire.ts';

/** What becomes of a peer that dials this side. */
export interface Admission {
  /** It is refused: no wire is needed, unless to say so. */
  readonly refusal: RefusalCode | undefined;
  /** Answers the hello that came, before there is a wire. */
  readonly welcome: string | undefined;
  /** Authenticates the peer over an open wire. `onAuthenticated` is called once that is done. */
  start(wire: Wire, onAuthenticated: () => void): void;
}

export interface StartAuthenticationDeps {
  readonly ownId: DeviceId;
  readonly access: () => AccessPolicy;
  readonly greet: (remoteId: DeviceId) => OwnGreeting;
  /** That which greetings name. */
  readonly port: () => number;
  readonly sessions: Pick<OpenSessions, 'create'>;
}

/** An authentication that has begun. */
export interface StartedAuthentication {
  readonly authentication: Authentication;
  /** Makes the session, once both sides are authorised. */
  readonly createSession: (wire: Wire, greeting: Greeting) => SignallingSession;
}

/** @param networkKey That which a dialer proves; default: the first. */
export function startAuthentication(
  { ownId, access, greet, port, sessions }: StartAuthenticationDeps,
  role: Role,
  peer: ProvenEnd,
  networkKey?: Uint8Array,
): StartedAuthentication {
  let ownGeneration = 0;
  const authentication = createAuthentication({
    role,
    ownId,
    remoteId: peer.id,
    exporter: peer.secret,
    access,
    ...(networkKey && { networkKey }),
    greet: () => {
      const greeting = greet(peer.id);
      ownGeneration = greeting.generation ?? greeting.held;
      return { ...greeting, port: port() };
    },
  });
  const opener = role === 'dialer' ? 'local' : 'remote';
  return {
    authentication,
    createSession: (wire, greeting) => {
      const { networkKey: proven } = authentication;
      const facts = { opener, greeting, ownGeneration, ...(proven && { networkKey: proven }) } as const;
      return sessions.create({ ...peer, wire }, facts);
    },
  };
}
