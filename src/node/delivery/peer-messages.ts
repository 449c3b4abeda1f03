import type { Message } from '../../api/messages.ts';
import { asLanpeerError } from '../../errors.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import type { MessageKind } from '../../protocol/frame-types.ts';
import type { Payload } from '../../protocol/payload.ts';
import { randomName } from '../../util/random-name.ts';
import { countOutcome, countRefusal } from '../monitoring/node-counters.ts';
import { createPeerCounters } from '../monitoring/peer-counters.ts';
import { createPeerPresence } from '../presence/show-presence.ts';
import { heldMemoryOf } from './arrival-order.ts';
import { GroupRefusals } from './group-refusals.ts';
import type { Reply } from './inbound-request.ts';
import { Inbox } from './inbox.ts';
import { Mailbox } from './mailbox.ts';
import type { MailboxEvents, MessageReceiver, SessionChangeKind } from './mailbox-deps.ts';
import { checkFits } from './message-size.ts';
import type { PeerMessagesDeps, PeerMessagesEvents, PeerMessagesOptions } from './peer-messages-deps.ts';
import { reportProgress } from './transfers.ts';

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
        held: heldMemoryOf(shares, id),
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
