import type { Message } from '../api.ts';
import type { Clock } from '../environment.ts';
import type { DeviceId } from '../protocol/device-id.ts';
import type { NodeStreamsSource } from '../streams/node-streams.ts';
import { type Counters, countFate } from './counters.ts';
import type { Handlers } from './handlers.ts';
import { createMailbox, type Mailbox } from './mailbox.ts';

/** The mailboxes of the peers that have a link, or had one a moment ago. */
export interface Delivery {
  box(id: DeviceId): Mailbox;
  find(id: DeviceId): Mailbox | undefined;
  drop(id: DeviceId): void;
  /** Resolves when every message that was accepted has its fate. */
  flushed(): Promise<unknown>;
}

export interface DeliveryOptions {
  readonly handlers: Handlers;
  readonly source: NodeStreamsSource;
  readonly counters: Counters;
  readonly clock: Clock;
}

export function createDelivery({ handlers, source, counters, clock }: DeliveryOptions): Delivery {
  const boxes = new Map<DeviceId, Mailbox>();

  function hand(message: Message): Promise<void> | undefined {
    counters.received += 1;
    if (!handlers.has(message.type) && !source.messagesObserved) counters.unhandled += 1;
    source.message(message);
    return handlers.run(message);
  }

  return {
    box(id) {
      const known = boxes.get(id);
      if (known) return known;
      const made = createMailbox({ peerId: id, clock, hand, settled: (fate) => countFate(counters, fate) });
      boxes.set(id, made);
      return made;
    },
    find: (id) => boxes.get(id),
    drop(id) {
      boxes.get(id)?.unlink();
      boxes.delete(id);
    },
    flushed: () => Promise.all([...boxes.values()].map((box) => box.flushed())),
  };
}
