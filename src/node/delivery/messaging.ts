import type { Clock } from '../../environment.ts';
import { limits } from '../../limits.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { createMemoryShares } from '../../protocol/message-session/memory-shares.ts';
import { createListeners, type Listeners } from '../../util/listener-set.ts';
import type { Monitoring } from '../monitoring/monitoring.ts';
import { droppedAnswer } from '../monitoring/refusals.ts';
import type { ObservedMessage } from '../observer.ts';
import { DataDecoder } from './data-decoder.ts';
import { Delivery } from './delivery.ts';
import { Handlers } from './handlers.ts';
import { OutboundRequests } from './outbound-requests.ts';
import { Responders } from './responders.ts';

export interface MessagingOptions {
  /** Largest message that this node accepts, in bytes and in values. */
  readonly maxMessageBytes: number;
  readonly maxMessageItems: number;
}

/** Messages and requests of a node, both ways, over any links. */
export interface Messaging {
  readonly handlers: Handlers;
  readonly requests: OutboundRequests;
  readonly responders: Responders;
  readonly delivery: Delivery;
  /** Observers of the messages that are sent and that arrive. */
  readonly observers: Listeners<[message: ObservedMessage]>;
}

export function createMessaging(
  { maxMessageBytes, maxMessageItems }: MessagingOptions,
  clock: Clock,
  { counters, source, errors, refused }: Monitoring,
): Messaging {
  const observers = createListeners<[message: ObservedMessage]>();
  const decoder = new DataDecoder();
  const shares = createMemoryShares(limits.messages.sharedBytes + 2 * maxMessageBytes);
  const handlers = new Handlers(errors.callbackThrew);
  const unexpectedAnswer = (id: DeviceId): void =>
    refused({ code: 'ERR_PROTOCOL', address: source.peers.get(id)?.address ?? '', id }, droppedAnswer);
  const requests = new OutboundRequests({ clock, unexpectedAnswer }, { items: maxMessageItems });
  const responders = new Responders(
    { callbackThrew: errors.callbackThrew, onError: errors.internal, shares, decoder },
    { items: maxMessageItems },
  );
  const delivery = new Delivery(
    { handlers, requests, responders, source, counters, clock, shares, decoder, observers },
    { maxMessageBytes, maxMessageItems },
  );
  return { handlers, requests, responders, delivery, observers };
}
