import type { Message } from '../../api/messages.ts';
import type { Clock } from '../../environment.ts';
import { asLanpeerError } from '../../errors.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import type { MessageKind } from '../../protocol/frame-types.ts';
import type { MemoryShares } from '../../protocol/message-session/memory-shares.ts';
import type { Unfinished } from '../../protocol/message-session/unfinished.ts';
import type { Pool } from '../../protocol/message-session/window.ts';
import type { Payload } from '../../protocol/payload.ts';
import type { NodeStreamsSource } from '../../streams/node-streams.ts';
import type { Listeners } from '../../util/listener-set.ts';
import { randomName } from '../../util/random-name.ts';
import type { StreamRegistry } from '../byte-streams/registry.ts';
import { countOutcome, countRefusal, type NodeCounters } from '../monitoring/node-counters.ts';
import { createPeerCounters } from '../monitoring/peer-counters.ts';
import type { ObservedMessage } from '../observer.ts';
import type { OwnPresenceStore } from '../presence/own-presence.ts';
import { createPeerPresence } from '../presence/show-presence.ts';
import type { DataDecoder } from './data-decoder.ts';
import { GroupRefusals } from './group-refusals.ts';
import type { Handlers } from './handlers.ts';
import type { Reply } from './inbound-request.ts';
import { Inbox } from './inbox.ts';
import { Mailbox } from './mailbox.ts';
import type { MailboxEvents, MessageReceiver, SessionChangeKind } from './mailbox-deps.ts';
import { checkFits } from './message-size.ts';
import type { OutboundRequests } from './outbound-requests.ts';
import type { Responders } from './responders.ts';
import type { Schemas } from './schemas.ts';
import { reportProgress } from './transfers.ts';

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

/** The messages of one peer: its mailbox, and what becomes of each kind of message that arrives in it. */
export class PeerMessages implements MessageReceiver {
  readonly mailbox: Mailbox;
  readonly #id: DeviceId;
  readonly #deps: PeerMessagesDeps;
  readonly #events: PeerMessagesEvents;
  readonly #inbox: Inbox;
  readonly #maxItems: number;
  readonly #refused = (error: unknown): void => this.#refuse(error);
  readonly #groupRefusals = new GroupRefusals({ reply: () => this.#replyTo(), refused: this.#refused });

  constructor(id: DeviceId, deps: PeerMessagesDeps, options: PeerMessagesOptions, events: PeerMessagesEvents) {
    const { clock, pool, unfinished, shares, decoder } = deps;
    this.#id = id;
    this.#deps = deps;
    this.#events = events;
    this.#maxItems = options.maxMessageItems;
    this.#inbox = new Inbox(
      id,
      {
        shares,
        decoder,
        deliver: (message, groupNo) => this.#deliver(message, groupNo),
        finish: (handled) => this.#groupRefusals.settle(handled),
        refused: this.#refused,
      },
      { items: options.maxMessageItems },
    );
    deps.responders.renew(id);
    const peerCounters = createPeerCounters();
    const { maxMessageBytes, maxMessageItems } = options;
    this.mailbox = new Mailbox(
      {
        clock,
        peerCounters,
        pool,
        unfinished,
        presence: createPeerPresence(id, deps, this.#refused),
        makeId: randomName,
        receiver: this,
        streams: deps.streams.create(id, peerCounters),
        events: this.#mailboxEvents(),
      },
      { maxMessageBytes, maxMessageItems },
    );
  }

  admit(kind: MessageKind, bytes: number): void {
    if (kind === 'message') this.#inbox.admit(bytes);
    else if (kind === 'request') this.#deps.responders.admit(this.#id);
  }

  receive(kind: MessageKind, payload: Payload, handled: () => void): void {
    const { counters, requests, responders } = this.#deps;
    if (kind === 'message') this.#inbox.receive(payload, handled);
    else if (kind === 'volatile') this.#receiveVolatile(payload);
    else if (kind === 'request') responders.receive(this.#id, payload, this.#replyTo(), this.#refused);
    else counters.dropped += requests.receive(this.#id, kind, payload, this.#refused) ? 0 : 1;
  }

  #receiveVolatile(payload: Payload): void {
    // Not in one assignment: one to a group may be dropped on the way to its handlers.
    if (!this.#inbox.receiveVolatile(payload)) this.#deps.counters.dropped += 1;
  }

  /** Sends the answer to a request that arrived now. */
  #replyTo(): Reply {
    const { outbox } = this.mailbox;
    const { generation } = outbox;
    return async (kind, answer) => {
      // Another run of the peer must not get what the one before requested.
      if (outbox.generation !== generation) return undefined;
      checkFits(kind, answer, this.#maxItems, outbox.maxMessageSize);
      return outbox.send(kind, answer, { generation });
    };
  }

  #deliver(message: Message, groupNo = 0): Promise<void> | undefined {
    const { counters, ownPresence, schemas } = this.#deps;
    if (message.group !== undefined && !ownPresence.groups.has(message.group)) {
      counters.refusedMessages += 1;
      // Nobody waits for the outcome of a volatile one.
      if (groupNo > 0) this.#groupRefusals.refuse(groupNo);
      return undefined;
    }
    return schemas === undefined ? this.#give(message) : schemas.deliver(message, (checked) => this.#give(checked));
  }

  /** Gives a message to the program. */
  #give(message: Message): Promise<void> | undefined {
    const { counters, handlers, observers, source } = this.#deps;
    counters.received += 1;
    this.mailbox.peerCounters.received += 1;
    if (!handlers.has(message.type) && !source.messagesObserved) counters.unhandled += 1;
    const { senderId: peer, type, data } = message;
    // Before the program, which may change it.
    if (observers.size > 0) observers.call({ direction: 'in', peer, type, data });
    if (source.messagesObserved) source.message(message);
    return handlers.run(message);
  }

  /** The peer sent what breaks the protocol, which showed when it was decoded. */
  #refuse(thrown: unknown): void {
    const error = asLanpeerError(thrown, 'ERR_PROTOCOL');
    if (!this.mailbox.fail(error)) countRefusal(this.#deps.counters, error.code);
  }

  #mailboxEvents(): MailboxEvents {
    const { counters, source } = this.#deps;
    return {
      progress: reportProgress(source, this.#id, 'in'),
      settled(kind, outcome) {
        if (kind === 'message') countOutcome(counters, outcome);
      },
      changed: (change) => this.#sessionChanged(change),
      expired: () => this.#events.expired(this.#id),
    };
  }

  #sessionChanged(change: SessionChangeKind): void {
    const { clock, requests, responders, source } = this.#deps;
    if (change === 'ended') {
      requests.sessionEnded(this.#id);
      this.#events.ended(this.#id);
    }
    if (change === 'gap') {
      this.#inbox.renew();
      responders.renew(this.#id);
    }
    source.session({ id: this.#id, change, at: clock.now() });
  }
}
