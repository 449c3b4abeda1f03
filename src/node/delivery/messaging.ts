import type { Clock } from '../../environment.ts';
import { limits } from '../../limits.ts';
import { createShares } from '../../protocol/shares.ts';
import { createListeners, type Listeners } from '../../util/listener-set.ts';
import type { Monitoring } from '../monitoring/monitoring.ts';
import { droppedAnswer } from '../monitoring/refusals.ts';
import type { ObservedMessage } from '../observer.ts';
import { createDecoding } from './decoding.ts';
import { createDelivery, type Delivery } from './delivery.ts';
import { createHandlers, type Handlers } from './handlers.ts';
import { createRequests, type Requests } from './requests.ts';
import { createResponders, type Responders } from './responders.ts';

export interface MessagingOptions {
  /** Largest message that this node takes, in bytes and in values. */
  readonly messageBytes: number;
  readonly messageItems: number;
}

/** Messages and requests of a node, both ways, whatever the links are. */
export interface Messaging {
  readonly handlers: Handlers;
  readonly requests: Requests;
  readonly responders: Responders;
  readonly delivery: Delivery;
  /** Messages that pass, for observers. */
  readonly observed: Listeners<[message: ObservedMessage]>;
}

export function createMessaging(
  { messageBytes, messageItems }: MessagingOptions,
  clock: Clock,
  { counters, source, errors, refused }: Monitoring,
): Messaging {
  const observed = createListeners<[message: ObservedMessage]>();
  const decoding = createDecoding();
  const shares = createShares(limits.messages.sharedBytes + 2 * messageBytes);
  const handlers = createHandlers(errors.callbackThrew);
  const requests = createRequests(clock, {
    items: messageItems,
    unasked(id) {
      refused({ code: 'ERR_PROTOCOL', address: source.peers.get(id)?.address ?? '', id }, droppedAnswer);
    },
  });
  const responders = createResponders(errors.callbackThrew, errors.internal, { items: messageItems, shares, decoding });
  const delivery = createDelivery({
    handlers,
    requests,
    responders,
    source,
    counters,
    clock,
    messageBytes,
    messageItems,
    shares,
    decoding,
    report: errors.report,
    passing: observed,
  });
  return { handlers, requests, responders, delivery, observed };
}
