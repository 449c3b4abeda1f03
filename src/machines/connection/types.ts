import type { LanpeerErrorCode } from '../../errors.ts';
import type { Instance } from '../../protocol/instance.ts';
import type { ByeReason } from '../../protocol/signal.ts';
import type { Via } from '../../protocol/via.ts';
import type { ConnectionState, Reason } from '../reasons.ts';
import type { BackoffPolicy } from './backoff.ts';

/** An authenticated signalling session, as the machine knows it. */
export interface SignallingFact {
  readonly key: string;
  readonly opener: 'local' | 'remote';
  readonly instance: Instance;
  /** Epoch of the link that the other side held when the session was opened; 0 for none. */
  readonly held: number;
  /** Epoch of the link that this side had when it greeted; 0 for none. */
  readonly told: number;
  /** Epoch of the last offer that was taken on this session; absent before the first. */
  readonly offered?: number;
}

/** A link, as the machine knows it. `no` names it inside this process; the epoch names it between the two nodes. */
export interface LinkFact {
  readonly no: number;
  readonly epoch: number;
  /** Key of the signalling session that stands behind it; null when that broke and is not restored yet. */
  readonly signalling: string | null;
  readonly instance: Instance;
  readonly via: Via;
}

/**
 * Who has a reason for the connection: a call of connect; an announcement of a device that is connected to when it is
 * heard; a session that the other side opened; the link that there was.
 */
export type Wish = 'program' | 'announcement' | 'session' | 'link';

/** Why a link ended. */
export interface LossFact {
  readonly reason: 'link-lost' | 'remote-lost' | 'silent';
  readonly code: LanpeerErrorCode | null;
}

/** An offer of the lower id that waits for the moment when it can be taken. */
export interface OfferFact {
  readonly key: string;
  readonly epoch: number;
  readonly via: Via;
}

/** Commands and facts. Facts about an unknown link or session are stale and ignored. */
export type ConnectionEvent =
  /** Somebody wants this peer. `explicit`: the program asked, so dial at once. */
  | { readonly type: 'connect'; readonly explicit: boolean }
  /**
   * `superseded`: a newer copy of this device has its place. `denied`: this side does not allow the peer any more.
   * `evicted`: another peer takes the place of this one, which is not there.
   */
  | { readonly type: 'close'; readonly reason: 'disconnect' | 'stopping' | 'superseded' | 'denied' | 'evicted' }
  /** The program takes back that it wants this peer: ends what nobody else wants, before it is connected. */
  | { readonly type: 'abandon' }
  /**
   * What may be a reason to try again now. `fresh`: a new instance, new addresses, a network change or a wake-up.
   * `network`: of these the last two, which speak of this side; every other hint is a packet of the device. `back`: it
   * says nothing new, but comes after a question that was not answered. `wanted`: an announcement that would make a
   * connection if there were none.
   */
  | {
      readonly type: 'hint';
      readonly fresh: boolean;
      readonly back?: true;
      readonly network?: true;
      readonly wanted?: true;
    }
  | ({ readonly type: 'signalling.opened' } & SignallingFact)
  /** `code`: why this side ended it: what the other side did wrong, or that it may not become a peer any more. */
  | {
      readonly type: 'signalling.closed';
      readonly key: string;
      readonly bye: ByeReason | null;
      readonly code?: LanpeerErrorCode;
    }
  | { readonly type: 'offer'; readonly key: string; readonly epoch: number; readonly via: Via }
  /** The other side said that its end of the link of that epoch is gone. */
  | { readonly type: 'remote.lost'; readonly epoch: number }
  /** The other side leaves on purpose; `key` or `no` says over what it said so. */
  | { readonly type: 'remote.bye'; readonly reason: 'disconnect' | 'stopping'; readonly instance: Instance }
  /** The other side's program gave up its call of connect, and that session with it. */
  | { readonly type: 'remote.abandoned'; readonly key: string }
  /** The first address is being tried: until then the dial waited behind others of this node. */
  | { readonly type: 'dial.begun' }
  /** Nothing listens any more where the peer was reached before; other addresses are still being tried. */
  | { readonly type: 'dial.refused' }
  /** Every address was tried. `refused`: each one answered that nothing listens there. */
  | {
      readonly type: 'dial.failed';
      readonly refused: boolean;
      readonly denied: boolean;
      readonly code: LanpeerErrorCode;
    }
  | { readonly type: 'link.negotiated'; readonly no: number }
  | { readonly type: 'link.open'; readonly no: number }
  | { readonly type: 'link.silent'; readonly no: number }
  /** The first frame after `link.silent`, or the answer to a probe. */
  | { readonly type: 'link.heard'; readonly no: number }
  /** `silent`: nothing had been heard for too long, whatever ended it then. */
  | { readonly type: 'link.down'; readonly no: number; readonly silent: boolean; readonly code: LanpeerErrorCode };

export interface LinkInput {
  readonly peerId: string;
  readonly no: number;
  readonly epoch: number;
  readonly signalling: string;
  readonly role: 'offerer' | 'answerer';
  readonly via: Via;
  /** An upgrade, for which there is time: it waits for its turn among those of the node, and ends by itself. */
  readonly paced: boolean;
}

export interface DialInput {
  readonly peerId: string;
  /** The other side dials as well: this one, while its process is busy, waits for that. */
  readonly patient: boolean;
}

/** Times in milliseconds. */
export interface ConnectionPolicy {
  /** A dial, from the first address that is tried. */
  readonly dialMs: number;
  /** A link that nothing but a slow process can delay: one over a session, or the offer that has to come. */
  readonly connectMs: number;
  /** A WebRTC link of the offerer is given up after so long, for one of a new epoch. */
  readonly stallMs: number;
  /** A link ended and its session lives: time for the link over that session. */
  readonly fallbackMs: number;
  /** Links over one session after another that may end before one is stable, until the connection has failed. */
  readonly falls: number;
  /** While the link goes over another transport, the preferred one is tried again by this back-off. */
  readonly upgrade: BackoffPolicy;
  readonly epochsPerAttempt: number;
  readonly headStartMs: readonly [number, number];
  readonly contestMs: number;
  /** Time for a link in doubt to answer before its peer is dialed, and before the doubt is dropped. */
  readonly askMs: number;
  readonly doubtMs: number;
  readonly goneMs: number;
  readonly redialMs: number;
  /** After so many redials in vain: not every `redialMs` any more, but every `redialSlowMs`. */
  readonly redials: number;
  readonly redialSlowMs: number;
  readonly againMs: number;
  readonly stableMs: number;
  readonly resumeMs: number;
  /** Longest back-off meanwhile, as a share of the time since the link was lost. */
  readonly resumeShare: number;
  readonly giveUpMs: number;
  /** A device that announced itself so lately is still heard: it is not given up, but tried this often, more or less. */
  readonly heardMs: number;
  readonly heardRetryMs: number;
  /** New instances without a stable link after which the peer counts as crashing in a loop. */
  readonly crashes: number;
  /** Attempts after which it gives up whatever the time. */
  readonly maxAttempts: number;
  readonly hintEveryMs: number;
  readonly backoff: BackoffPolicy;
}

/** What a decision may ask of the world. */
export interface Oracle {
  /** Milliseconds that never go back. */
  monotonic(): number;
  /** Wall clock, ms. */
  now(): number;
  /** Uniform in [0, 1). */
  random(): number;
}

export interface ConnectionInput {
  readonly id: string;
  readonly ownId: string;
  readonly reason: Reason;
  readonly policy: ConnectionPolicy;
  readonly oracle: Oracle;
  /** Transports of the links that this side offers, the preferred one first. */
  readonly transports: readonly Via[];
  /** Source of the announcement that it was made for; absent where it was made for anything else. */
  readonly source?: string;
}

export interface ConnectionContext {
  readonly id: string;
  /** True for the lower id, which alone makes offers. */
  readonly offers: boolean;
  readonly policy: ConnectionPolicy;
  readonly oracle: Oracle;
  readonly transports: readonly Via[];
  readonly source: string | null;
  readonly state: ConnectionState;
  readonly reason: Reason;
  readonly code: LanpeerErrorCode | null;
  readonly wishes: readonly Wish[];
  readonly signalling: readonly SignallingFact[];
  readonly link: LinkFact | null;
  /** The link that is being set up to replace {@link link}. */
  readonly successor: LinkFact | null;
  readonly offer: OfferFact | null;
  /** Links started so far. */
  readonly links: number;
  /** Last epoch given (lower id) or taken (higher id). */
  readonly epoch: number;
  /** Instance that the link of that epoch was, or is, with. */
  readonly linkedTo: Instance | null;
  /** Epochs used in this attempt. */
  readonly tries: number;
  /** Transports of which a link came to nothing over a session that lives; the other side may not allow them. */
  readonly declined: readonly Via[];
  /** Upgrades tried since a link of the preferred transport was stable, and the time to the next. */
  readonly upgrades: number;
  readonly upgradeInMs: number;
  /** Links that ended, and had one over a session in their place, since one was stable. */
  readonly falls: number;
  /** Why the link ended that one over its session is to replace; null for none. */
  readonly loss: LossFact | null;
  /** When the link opened; null while there is none. */
  readonly openedAt: number | null;
  /** A link with the peer was stable. */
  readonly stable: boolean;
  /** New instances of the peer since a link was stable. */
  readonly restarts: number;
  readonly attempt: number;
  readonly explicit: boolean;
  /** A dial of this side is under way. */
  readonly dialing: boolean;
  readonly headStartMs: number;
  readonly retryInMs: number;
  /** What came while an attempt was under way, which it could not heed: `fresh` as of a hint, or the device is back. */
  readonly news: 'fresh' | 'back' | null;
  /** Dials in vain, in a row, for the signalling of a live link. */
  readonly redials: number;
  /** Wall clock of the next attempt. */
  readonly next: number | null;
  /** Monotonic times; null for never. */
  readonly failingSince: number | null;
  readonly upUntil: number | null;
  /** How long there were links before the one that there is: ms, in all. */
  readonly upMs: number;
  readonly hintAt: number | null;
  /** The device was heard, since the link was lost. */
  readonly announcedAt: number | null;
  /** Something came over the link since signalling was found broken. */
  readonly heard: boolean;
  /** Newest instance of the peer that a session was with. */
  readonly instance: Instance | null;
}

export interface ConnectionOutput {
  readonly id: string;
  readonly reason: Reason;
  /** Last instance of the peer that a link or session was with. */
  readonly instance: Instance | null;
}
