import type { LanpeerErrorCode } from '../../errors.ts';
import type { Incarnation } from '../../protocol/incarnation.ts';
import type { Via } from '../../protocol/via.ts';
import type { ConnectionState, Reason } from '../reasons.ts';
import type { OfferFact, SignallingFact } from './events.ts';
import type { ConnectionInput, DecisionInputs } from './input.ts';
import type { ConnectionPolicy } from './policy/connection-policy.ts';

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
  readonly offer: OfferFact | null;
  /** Links started so far. */
  readonly links: number;
  /** Last generation given (lower id) or taken (higher id). */
  readonly generation: number;
  /** Incarnation that the link of that generation was, or is, with. */
  readonly linkedTo: Incarnation | null;
  /** Generations used in this attempt. */
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
  /** New incarnations of the peer since a link was stable. */
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
  /** Newest incarnation of the peer that a session was with. */
  readonly incarnation: Incarnation | null;
}

/** What a new connection knows. */
export const createContext = (input: ConnectionInput): ConnectionContext => ({
  id: input.id,
  offers: input.ownId < input.id,
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
  offer: null,
  links: 0,
  generation: 0,
  linkedTo: null,
  tries: 0,
  declined: [],
  upgrades: 0,
  upgradeInMs: 0,
  loss: null,
  falls: 0,
  openedAt: null,
  stable: false,
  restarts: 0,
  attempt: 0,
  explicit: false,
  dialing: false,
  headStartMs: 0,
  retryInMs: 0,
  news: null,
  redials: 0,
  next: null,
  failingSince: null,
  upUntil: null,
  upMs: 0,
  hintAt: null,
  announcedAt: null,
  heard: false,
  incarnation: null,
});
