import type { LanpeerError, LanpeerErrorCode } from '../../errors.ts';
import type { AccessPolicy } from '../../protocol/access.ts';
import type { Carrier, CarrierListener } from '../../protocol/carrier.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import type { Incarnation } from '../../protocol/incarnation.ts';
import type { TcpResult, TlsResult } from '../../protocol/probe.ts';
import type { ByeReason, SignalMessage } from '../../protocol/signal.ts';

/** What each side sends to the other once both are authenticated. */
export interface Greeting {
  readonly incarnation: Incarnation;
  readonly name: string;
  /** TCP port on which the sender listens, by which it can be dialed; 0 for none. */
  readonly port: number;
  /** Generation of the link to the other side that the sender has and takes for live; 0 for none. */
  readonly held: number;
  /** What the sender can do beyond the version itself; it sends nothing of what the other side does not name. */
  readonly features: readonly string[];
  /** Names of the transports that the sender takes offers of. */
  readonly transports: readonly string[];
}

/** The greeting of this node for one peer, for its adapter to send. */
export interface OwnGreeting extends Omit<Greeting, 'port'> {
  /** Generation of the link that this side has, also where it owes an answer and may not be live; default: `held`. */
  readonly generation?: number;
}

/** `bye`: the other side (or this one, by {@link SignallingSession.close}) ended it on purpose. */
export type SessionEnd =
  | { readonly kind: 'bye'; readonly by: 'local' | 'remote'; readonly reason: ByeReason }
  | { readonly kind: 'lost'; readonly error: LanpeerError };

export interface SessionListener {
  message(message: SignalMessage): void;
  /** Exactly once, last of all; also after a local close. */
  ended(end: SessionEnd): void;
}

/** An authenticated signalling session: both identities are proven, both sides passed each other's access policy. */
export interface SignallingSession {
  /** Unique in this process; for events and logs. */
  readonly key: string;
  readonly remoteId: DeviceId;
  readonly opener: 'local' | 'remote';
  readonly remoteAddress: string;
  /** The other side's greeting. */
  readonly greeting: Greeting;
  /** Generation of the link that this side had when it greeted; 0 for none. */
  readonly ownGeneration: number;
  /** 32 bytes that only the two ends of this TLS session know (RFC 8446 section 7.5, exporter 'EXPORTER-lanpeer'). */
  readonly secret: Uint8Array;
  /** The network key that both sides proved, 32 bytes; missing where the opener proved none. */
  readonly networkKey?: Uint8Array;
  /** Messages that came before are delivered first, in order. One listener for the life of the session. */
  attach(listener: SessionListener): void;
  /** Never throws; a session that has ended drops it. `bye` is sent by {@link close}. */
  send(message: Exclude<SignalMessage, { type: 'bye' }>): void;
  /** Carries the records of the link of that generation, both ways; ends with the session at the latest. */
  carry(generation: number, listener: CarrierListener): Carrier;
  /**
   * Carries the records of byte streams, both ways. One listener at a time, who is told when the session ends, also where
   * it has ended already; a second call takes the place of the first one. To be sent only to a peer that takes them.
   */
  carryStreams(listener: CarrierListener): Carrier;
  /** Sends the bye, then closes; bounded in time. Idempotent. */
  close(reason: ByeReason): void;
}

/** A device was refused before there was a session. `id` is proven if present. */
export interface Refusal {
  readonly code: LanpeerErrorCode;
  readonly address: string;
  readonly id?: DeviceId;
}

/** Another run with the key of this node. */
export interface Copy {
  readonly incarnation: Incarnation;
  /** IP literal of its end of the TLS session, and the TCP port on which it listens. */
  readonly address: string;
  readonly port: number;
}

export interface SignallingListener {
  /** A session that the other side opened. Those that {@link Signalling.dial} opened are only returned. */
  session(session: SignallingSession): void;
  refused(refusal: Refusal): void;
  /** TLS has proven another run with this node's own key, after a dial from either side. There is no session with it. */
  copy?(copy: Copy): void;
  /**
   * A device that was dialed has proven its id, and one side does not trust the other: the dial rejects with
   * `ERR_NOT_TRUSTED`. Those that dial this side come to {@link refused}.
   */
  untrusted?(peer: { readonly id: DeviceId; readonly address: string }): void;
  /** A fault of the server that does not end it. */
  error(error: LanpeerError): void;
}

export interface DialTarget {
  /** IP literal. */
  readonly address: string;
  readonly port: number;
  /** The id that must answer; without it any proven id but one's own is accepted. */
  readonly id?: DeviceId;
  /** Tag of the network key that the device announces, not proven: where this side has that key, it is proven first. */
  readonly networkTag?: string | null;
  /** For TCP, TLS and the upgrade together; then `ERR_TIMEOUT`. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface ReachTarget extends Pick<DialTarget, 'address' | 'port' | 'id' | 'signal'> {
  /** For TCP, and for TLS after it. */
  readonly tcpMs: number;
  readonly tlsMs: number;
}

/** How far a connection to one address came. */
export interface Reached {
  readonly tcp: TcpResult;
  /** Null where TCP did not open. */
  readonly tls: TlsResult | null;
  /** The device that TLS proved there. */
  readonly id: DeviceId | null;
  /** From the begin to the last of these. */
  readonly ms: number;
  /** Of the operating system: why it ended, where it says so (`ECONNREFUSED`). */
  readonly errno: string | null;
}

/** The signalling endpoint of one node. */
export interface Signalling {
  /** Rejects with `ERR_PORT_IN_USE`, `ERR_INTERFACE_UNKNOWN` or `ERR_LISTEN`, and leaves nothing open. */
  listen(listener: SignallingListener): Promise<{ readonly port: number }>;
  /**
   * Which devices may become peers from now on, also of those that are being authenticated now; ends the backoff of those
   * that were refused. Sessions that are there stay: their owner ends them.
   */
  setAccess(access: AccessPolicy): void;
  /**
   * Opens and authenticates a session. With several network keys each is tried once, at once, until one is not refused
   * with `ERR_NETWORK_KEY`. Rejects with a {@link LanpeerError}: `ERR_REFUSED` (nothing listens),
   * `ERR_UNREACHABLE`, `ERR_TIMEOUT`, `ERR_ABORTED` (also after {@link close}), `ERR_OPTION` (no IP literal),
   * `ERR_SIGNALLING` (the other end closed before it was authenticated), `ERR_SELF` (this run itself answered),
   * `ERR_INSTANCE` (another run with this node's own key did; the listener is told), or the code of a refusal by either
   * side.
   */
  dial(target: DialTarget): Promise<SignallingSession>;
  /**
   * Looks who answers at an address: TCP and TLS, and then it closes. No session comes of that, and the device there is not
   * told of it. Rejects with `ERR_ABORTED` (also after {@link close}) or `ERR_OPTION` (no IP literal), nothing else.
   */
  reach(target: ReachTarget): Promise<Reached>;
  /** Stops listening, ends what is not authenticated yet, and waits for sessions that are closing. Idempotent. */
  close(): Promise<void>;
}
