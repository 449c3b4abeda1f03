import type { LanpeerErrorCode } from '../../errors.ts';
import type { Incarnation } from '../../protocol/incarnation.ts';
import type { ByeReason } from '../../protocol/signal.ts';
import type { Via } from '../../protocol/via.ts';
import type { DecisionInputs } from '../connection/input.ts';
import type { ConnectionPolicy } from '../connection/policy/connection-policy.ts';

/** Why announcements of a peer are passed over for now. */
export type Block =
  /** Either side disconnected, `here` this one: until the program calls connect. */
  | { readonly by: 'disconnect'; readonly here?: true }
  /** The other side stopped: until it announces another incarnation. */
  | { readonly by: 'stopping'; readonly incarnation: Incarnation | null; readonly here?: undefined };

/** Where another run with this node's own key listens: an IP literal and a TCP port. */
export interface CopyAddress {
  readonly address: string;
  readonly port: number;
}

export interface NodeInput {
  readonly maxPeers: number;
  /** Blocks that are remembered; the oldest goes first. */
  readonly remembered: number;
  readonly policy: ConnectionPolicy;
  /** Decision inputs of the connection with that peer: by peer, so that a recording keeps them apart. */
  readonly decisionInputsOf: (id: string) => DecisionInputs;
  readonly transports: readonly Via[];
  /** How often a node that was superseded looks whether the newer copy is still there, ms. */
  readonly copyCheckMs: number;
}

export interface NodeContext extends NodeInput {
  /** Known from the first start on. */
  readonly ownId: string | null;
  readonly blocked: ReadonlyMap<string, Block>;
  /** The newer copy that this node was superseded by last. */
  readonly copy: CopyAddress | null;
  /** Why the last start failed. */
  readonly error: unknown;
}

/** Actions that the runtime provides; they never throw. */
export interface NodeRefusal {
  readonly id: string;
  readonly code: LanpeerErrorCode;
  /** The session that is refused; absent where there is none. */
  readonly key?: string;
}

export interface NodeEndSignalling {
  readonly key: string;
  readonly reason: ByeReason;
}
