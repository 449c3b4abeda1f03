import type { LanpeerErrorCode } from '../../errors.ts';
import type { Incarnation } from '../../protocol/incarnation.ts';
import type { ByeReason } from '../../protocol/signal.ts';
import type { Via } from '../../protocol/via.ts';
import type { ConnectionEvent, SignallingFact } from '../connection/events.ts';
import type { DecisionInputs } from '../connection/input.ts';
import type { ConnectionPolicy } from '../connection/policy/connection-policy.ts';

/** What an eviction is decided by; may be left out while there is room for every peer. */
export interface Surplus {
  /** Uniform in [0, 1); default 0. */
  readonly chance?: number | undefined;
  /** Peers with messages, either way, that are not settled; default: none. */
  readonly unsettled?: readonly string[] | undefined;
}

/** Commands and facts for the node machine; those about one peer name it by `id`. */
export type NodeEvent =
  | { readonly type: 'start' }
  | { readonly type: 'stop' }
  /**
   * A packet of that device was heard. `fresh`: it is new, has a new incarnation or new addresses. `back`: it comes after a
   * question that was not answered. `source`: where the packet came from.
   */
  | (Pick<Surplus, 'chance'> & {
      readonly type: 'device';
      readonly id: string;
      readonly incarnation: Incarnation;
      readonly fresh: boolean;
      readonly back?: true;
      readonly source?: string;
    })
  | ({ readonly type: 'signalling.opened'; readonly id: string } & SignallingFact & Surplus)
  /** A fact for the connection of that peer; dropped when there is none. */
  | { readonly type: 'peer'; readonly id: string; readonly event: ConnectionEvent }
  | ({ readonly type: 'connect'; readonly id: string } & Surplus)
  | { readonly type: 'disconnect'; readonly id: string }
  /** A newer run with this node's own key, which it has proven, listens there. */
  | ({ readonly type: 'superseded' } & CopyAddress)
  /** The network changed or the machine woke up: whoever failed may be reachable now. */
  | { readonly type: 'network.changed' };

/** Why announcements of a peer are passed over for now. */
export type Bar =
  /** Either side disconnected, `here` this one: until somebody calls connect. */
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
  /** Bars that are remembered; the oldest goes first. */
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
  readonly barred: ReadonlyMap<string, Bar>;
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
