import type { Incarnation } from '../../protocol/incarnation.ts';
import type { ConnectionEvent, SignallingFact } from '../connection/events.ts';
import type { CopyAddress } from './context.ts';

/** What an eviction is decided by; may be left out while there is room for every peer. */
export interface EvictionInputs {
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
  | (Pick<EvictionInputs, 'chance'> & {
      readonly type: 'device';
      readonly id: string;
      readonly incarnation: Incarnation;
      readonly fresh: boolean;
      readonly back?: true;
      readonly source?: string;
    })
  | ({ readonly type: 'signalling.opened'; readonly id: string } & SignallingFact & EvictionInputs)
  /** A fact for the connection of that peer; dropped when there is none. */
  | { readonly type: 'peer'; readonly id: string; readonly event: ConnectionEvent }
  | ({ readonly type: 'connect'; readonly id: string } & EvictionInputs)
  | { readonly type: 'disconnect'; readonly id: string }
  /** A newer run with this node's own key, which it has proven, listens there. */
  | ({ readonly type: 'superseded' } & CopyAddress)
  /** The network changed or the machine woke up: peers that failed may be reachable now. */
  | { readonly type: 'network.changed' };
