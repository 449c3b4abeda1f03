import type { Clock } from '../../environment.ts';
import { limits } from '../../limits.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { createMemoryShares } from '../../protocol/message-session/memory-shares.ts';
import type { Via } from '../../protocol/via.ts';
import { createListeners, type Listeners } from '../../util/listener-set.ts';
import { Acceptors } from '../byte-streams/acceptors.ts';
import { StreamRegistry, type StreamRegistryDeps } from '../byte-streams/registry.ts';
import type { Monitoring } from '../monitoring/monitoring.ts';
import { droppedAnswer } from '../monitoring/refusals.ts';
import type { ObservedMessage } from '../observer.ts';
import type { DeclaredTypes } from '../options/schemas-option.ts';
import { OwnPresenceStore } from '../presence/own-presence.ts';
import { DataDecoder } from './data-decoder.ts';
import { Delivery } from './delivery.ts';
import { Handlers } from './handlers.ts';
import { OutboundRequests } from './outbound-requests.ts';
import { Responders } from './responders.ts';
import { Schemas } from './schemas.ts';

export interface MessagingOptions {
  /** Largest message that this node accepts, in bytes and in values. */
  readonly maxMessageBytes: number;
  readonly maxMessageItems: number;
  readonly transports: readonly Via[];
  /** Of this node, in CBOR; null for none. */
  readonly properties: Uint8Array | null;
  /** What the program declared; undefined: nothing. */
  readonly messages?: DeclaredTypes | undefined;
}

/** Messages and requests of a node, both ways, over any links. */
export interface Messaging {
  readonly handlers: Handlers;
  readonly requests: OutboundRequests;
  readonly responders: Responders;
  readonly acceptors: Acceptors;
  readonly streams: StreamRegistry;
  readonly delivery: Delivery;
  /** What this node says of itself. */
  readonly ownPresence: OwnPresenceStore;
  /** Undefined where nothing is declared. */
  readonly schemas: Schemas | undefined;
  /** Observers of the messages that are sent and that arrive. */
  readonly observers: Listeners<[message: ObservedMessage]>;
}

export function createMessaging(
  { maxMessageBytes, maxMessageItems, transports, properties, messages }: MessagingOptions,
  clock: Clock,
  { counters, source, errors, refused }: Monitoring,
  sessions: StreamRegistryDeps['sessions'],
): Messaging {
  const observers = createListeners<[message: ObservedMessage]>();
  const decoder = new DataDecoder();
  const shares = createMemoryShares(limits.messages.sharedBytes + 2 * maxMessageBytes);
  const schemas = messages && new Schemas(messages, { counters, report: errors.report, clock, items: maxMessageItems });
  const handlers = new Handlers(errors.callbackThrew);
  const unexpectedAnswer = (id: DeviceId): void =>
    refused({ code: 'ERR_PROTOCOL', address: source.peers.get(id)?.address ?? '', id }, droppedAnswer);
  const requests = new OutboundRequests({ clock, unexpectedAnswer }, { items: maxMessageItems });
  const ownPresence = new OwnPresenceStore(properties, { clock, say: () => delivery.wake() });
  const responders = new Responders(
    {
      callbackThrew: errors.callbackThrew,
      onError: errors.internal,
      isIn: (group) => ownPresence.groups.has(group),
      shares,
      decoder,
      schemas,
    },
    { items: maxMessageItems },
  );
  const acceptors = new Acceptors(errors.callbackThrew);
  const streams = new StreamRegistry({ acceptors, counters, transports, sessions });
  const delivery: Delivery = new Delivery(
    {
      handlers,
      requests,
      responders,
      source,
      counters,
      clock,
      shares,
      decoder,
      streams,
      ownPresence,
      observers,
      schemas,
    },
    { maxMessageBytes, maxMessageItems },
  );
  return { handlers, requests, responders, acceptors, streams, delivery, ownPresence, observers, schemas };
}
