import type { Clock } from '../../environment.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import type { MemoryShares } from '../../protocol/message-session/memory-shares.ts';
import type { Unfinished } from '../../protocol/message-session/unfinished.ts';
import type { Pool } from '../../protocol/message-session/window.ts';
import type { NodeStreamsSource } from '../../streams/node-streams.ts';
import type { Listeners } from '../../util/listener-set.ts';
import type { StreamRegistry } from '../byte-streams/registry.ts';
import type { NodeCounters } from '../monitoring/node-counters.ts';
import type { ObservedMessage } from '../observer.ts';
import type { OwnPresenceStore } from '../presence/own-presence.ts';
import type { DataDecoder } from './data-decoder.ts';
import type { Handlers } from './handlers.ts';
import type { OutboundRequests } from './outbound-requests.ts';
import type { Responders } from './responders.ts';
import type { Schemas } from './schemas.ts';

export interface PeerMessagesDeps {
  readonly handlers: Handlers;
  readonly requests: OutboundRequests;
  readonly responders: Responders;
  readonly source: NodeStreamsSource;
  readonly counters: NodeCounters;
  readonly clock: Clock;
  /** Bytes that the windows of all peers share. */
  readonly pool: Pool;
  /** Memory of unfinished messages of all peers. */
  readonly unfinished: Unfinished;
  /** Memory of the messages and requests of all peers that wait. */
  readonly shares: MemoryShares;
  readonly decoder: DataDecoder;
  /** The byte streams of a peer, beside its messages. */
  readonly streams: Pick<StreamRegistry, 'create'>;
  /** What this node says of itself. */
  readonly ownPresence: OwnPresenceStore;
  /** Undefined where the program declared none. */
  readonly schemas?: Schemas | undefined;
  /** Observers of the messages that arrive. */
  readonly observers: Listeners<[message: ObservedMessage]>;
}

export interface PeerMessagesOptions {
  /** Largest message that this node accepts, in bytes and in values. */
  readonly maxMessageBytes: number;
  readonly maxMessageItems: number;
}

export interface PeerMessagesEvents {
  /** The message session with that peer has ended. */
  ended(id: DeviceId): void;
  /** It ended long ago: its mailbox can be removed. */
  expired(id: DeviceId): void;
}
