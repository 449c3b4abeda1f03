import type { Reached } from '../../adapters/signalling/port.ts';
import type { CandidatePair } from '../../adapters/transport/port.ts';
import type { LanpeerErrorCode } from '../../errors.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import type { Mismatch } from '../../protocol/mismatch.ts';
import type { HeardDatagrams, TcpResult, TlsResult } from '../../protocol/probe.ts';
import type { Via } from '../../protocol/via.ts';

/** What mDNS says of a device. */
export interface HeardPeer {
  readonly source: string;
  readonly ageMs: number;
  readonly port: number;
  readonly version: number;
  /** Why it cannot become a peer; null: nothing that is announced speaks against it. */
  readonly misfit: Mismatch | null;
}

/** An address at which the peer may be. */
export interface TriedAddress {
  readonly address: string;
  readonly port: number;
  /** Null: it was not found out in time. */
  readonly reached: Reached | null;
}

/** An authenticated session with the peer: both proved their keys, and let each other in. */
export interface PeerSession {
  readonly address: string;
  readonly opener: 'local' | 'remote';
  /** Both proved the same network key. */
  readonly keyed: boolean;
}

/**
 * Why a peer does not tell: it does not know probes (`old`), it is asked too much (`busy`), it has no port to dial or to open
 * (`unable`), it does not answer (`silent`), its session has ended, or this node has no port to open (`local`).
 */
export type NoAnswer = 'old' | 'busy' | 'unable' | 'silent' | 'ended' | 'local';

/** The peer dialed this node back. */
export interface DialedBack {
  readonly tcp: TcpResult;
  readonly tls: TlsResult | null;
  readonly ms: number;
}

/** Datagrams one way. */
export interface DatagramsSeen {
  /** By size; `limits.probes.rounds` of each were sent. */
  readonly heard: HeardDatagrams;
  /** How many left their machine. */
  readonly sent: number;
  /** Why one could not. */
  readonly errno: string | null;
}

export interface DatagramsExchanged {
  /** To the peer, as it says. */
  readonly there: DatagramsSeen;
  /** From the peer: of each size only as many as reached it. */
  readonly back: DatagramsSeen;
  /** Of those that the peer sent by itself. */
  readonly knocks: number;
}

/** What a peer was asked to try. */
export type Answered<Result> = { readonly result: Result } | { readonly none: NoAnswer };

/** The last link with the peer over WebRTC that did not open, or the one that is tried now. */
export interface TriedLink {
  /** Undefined: it is tried now. */
  readonly code?: LanpeerErrorCode;
  readonly ageMs: number;
  readonly pairs: readonly CandidatePair[];
}

/** What is known of the way to one peer. Null: it was not found out, or not in time. */
export interface PeerFacts {
  /** As it was asked for: an id, or `address:port`. */
  readonly target: string;
  /** The id under which this node dials: a doctor beside a running node has one of its own. */
  readonly ownId: DeviceId;
  /** The port on which this node listens was chosen: it is the same at each start. */
  readonly isPortFixed: boolean;
  /** Null for an address at which no device answered. */
  readonly id: DeviceId | null;
  readonly name: string | null;
  readonly heard: HeardPeer | null;
  readonly addresses: readonly TriedAddress[];
  readonly session: PeerSession | null;
  /** Why the dial that was to open a session did not. */
  readonly refusal: LanpeerErrorCode | null;
  readonly dialedBack: Answered<DialedBack> | null;
  readonly datagrams: Answered<DatagramsExchanged> | null;
  /** What carries the link; null: there is none. */
  readonly via: Via | null;
  /** Whether the peer takes links over WebRTC. */
  readonly takesWebrtc: boolean | null;
  readonly tried: TriedLink | null;
}
