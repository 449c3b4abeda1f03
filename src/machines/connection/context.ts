import type { LanpeerErrorCode } from '../../errors.ts';
import type { Incarnation } from '../../protocol/incarnation.ts';
import type { Via } from '../../protocol/via.ts';
import type { OfferFact, SignallingFact } from './events.ts';
import type { ConnectionInput, DecisionInputs } from './input.ts';
import type { ConnectionPolicy } from './policy/connection-policy.ts';
import { isOfferer } from './policy/offerer.ts';
import type { ConnectionState, Reason } from './reasons.ts';

/** A link, as the machine knows it. `no` names it inside this process; the generation names it between the two nodes. */
export interface LinkFact {
  readonly no: number;
  readonly generation: number;
  /** Key of the signalling session that stands behind it; null when that broke and is not restored yet. */
  readonly signalling: string | null;
  readonly incarnation: Incarnation;
  readonly via: Via;
}

/**
 * Who has a reason for the connection: a call of connect; an announcement of a device that is connected to when it is
 * heard; a session that the other side opened; the link that there was.
 */
export type Demand = 'program' | 'announcement' | 'session' | 'link';

/** Why a link ended. */
export interface LossFact {
  readonly reason: 'link-lost' | 'remote-lost' | 'silent';
  readonly code: LanpeerErrorCode | null;
}

/** What is known of the peer itself. */
export interface PeerFacts {
  /** Newest incarnation that a session was with. */
  readonly incarnation: Incarnation | null;
  /** New incarnations since a link was stable. */
  readonly restarts: number;
  /** Monotonic time of its last announcement since the link was lost; null for none. */
  readonly announcedAt: number | null;
}

/** Dials of this side. */
export interface DialFacts {
  readonly inProgress: boolean;
  /** The program asked for this attempt: no head start for the other side. */
  readonly explicit: boolean;
  readonly headStartMs: number;
}

/** Links that are set up. */
export interface NegotiationFacts {
  readonly offer: OfferFact | null;
  /** Last generation given (lower id) or taken (higher id). */
  readonly generation: number;
  /** Incarnation that the link of that generation was, or is, with. */
  readonly incarnation: Incarnation | null;
  /** Links started so far; the number of a link is counted here. */
  readonly linksStarted: number;
  /** Links tried in this attempt. */
  readonly linksTried: number;
  /** Transports of which a link came to nothing over a session that lives; the other side may not allow them. */
  readonly declined: readonly Via[];
}

/** Links over a session in place of links that ended. */
export interface FallbackFacts {
  /** Why the link ended that one over its session is to replace; null for none. */
  readonly loss: LossFact | null;
  /** Links that ended, and had one over a session in their place, since one was stable. */
  readonly failedLinks: number;
}

/** Links of the preferred transport beside one of another. */
export interface UpgradeFacts {
  /** Upgrades tried since a link of the preferred transport was stable. */
  readonly tried: number;
  /** Time to the next one. */
  readonly delayMs: number;
}

/** Whether a link that is open still lives. */
export interface VerificationFacts {
  /** Something came over the link since signalling was found broken, or since it was probed. */
  readonly heard: boolean;
  /** Dials in vain, in a row, for the signalling of a live link. */
  readonly redials: number;
}

/** Times are monotonic; null for never. */
export interface UptimeFacts {
  /** When the link opened; null while there is none. */
  readonly openedAt: number | null;
  /** When the last link was lost. */
  readonly lostAt: number | null;
  /** How long there were links before the one that there is: ms, in all. */
  readonly totalMs: number;
  /** A link with the peer was stable. */
  readonly stable: boolean;
}

/** Attempts since the last stable link. Times are monotonic but for {@link next}; null for never. */
export interface RetryFacts {
  readonly attempt: number;
  readonly delayMs: number;
  /** Wall clock of the next attempt; null where none is planned. */
  readonly next: number | null;
  readonly failingSince: number | null;
  /** What came while an attempt was under way, which it could not heed: `fresh` as of a hint, or the device is back. */
  readonly news: 'fresh' | 'back' | null;
  /** When the last hint was accepted. */
  readonly hintAt: number | null;
}

/** What a connection machine knows: who and why, the sessions and links that there are, and facts by subject. */
export interface ConnectionContext {
  readonly id: string;
  /** True for the lower id, which alone makes offers. */
  readonly offers: boolean;
  readonly policy: ConnectionPolicy;
  readonly decisionInputs: DecisionInputs;
  readonly transports: readonly Via[];
  readonly source: string | null;
  readonly state: ConnectionState;
  readonly reason: Reason;
  readonly code: LanpeerErrorCode | null;
  readonly demands: readonly Demand[];
  readonly signalling: readonly SignallingFact[];
  readonly link: LinkFact | null;
  /** The link that is being set up to replace {@link link}. */
  readonly replacement: LinkFact | null;
  readonly peer: PeerFacts;
  readonly dial: DialFacts;
  readonly negotiation: NegotiationFacts;
  readonly fallback: FallbackFacts;
  readonly upgrade: UpgradeFacts;
  readonly verification: VerificationFacts;
  readonly uptime: UptimeFacts;
  readonly retry: RetryFacts;
}

/** What a new connection knows. */
export const createContext = (input: ConnectionInput): ConnectionContext => ({
  id: input.id,
  offers: isOfferer(input.ownId, input.id),
  policy: input.policy,
  decisionInputs: input.decisionInputs,
  transports: input.transports,
  source: input.source ?? null,
  state: 'new',
  reason: input.reason,
  code: null,
  demands: [],
  signalling: [],
  link: null,
  replacement: null,
  peer: { incarnation: null, restarts: 0, announcedAt: null },
  dial: { inProgress: false, explicit: false, headStartMs: 0 },
  negotiation: { offer: null, generation: 0, incarnation: null, linksStarted: 0, linksTried: 0, declined: [] },
  fallback: { loss: null, failedLinks: 0 },
  upgrade: { tried: 0, delayMs: 0 },
  verification: { heard: false, redials: 0 },
  uptime: { openedAt: null, lostAt: null, totalMs: 0, stable: false },
  retry: { attempt: 0, delayMs: 0, next: null, failingSince: null, news: null, hintAt: null },
});
