import type { Incarnation } from '../../protocol/incarnation.ts';
import type { Via } from '../../protocol/via.ts';
import type { ConnectionPolicy } from './policy/connection-policy.ts';
import type { Reason } from './reasons.ts';

export interface LinkInput {
  readonly peerId: string;
  readonly no: number;
  readonly generation: number;
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

/** Clock and randomness of the decisions: what a recording keeps, so that a replay decides the same. */
export interface DecisionInputs {
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
  readonly decisionInputs: DecisionInputs;
  /** Transports of the links that this side offers, the preferred one first. */
  readonly transports: readonly Via[];
  /** Source of the announcement that it was made for; absent where it was made for anything else. */
  readonly source?: string;
}

export interface ConnectionOutput {
  readonly id: string;
  readonly reason: Reason;
  /** Last incarnation of the peer that a link or session was with. */
  readonly incarnation: Incarnation | null;
}
