import type { BroadcastResult, PeerResults, Receipt, SendOptions } from '../../api/messages.ts';
import type { Clock } from '../../environment.ts';
import { abortedBy, type LanpeerError } from '../../errors.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { decodeMessage, encodeMessage } from '../../protocol/message.ts';
import type { Payload } from '../../protocol/payload.ts';
import type { NodeStreamsSource } from '../../streams/node-streams.ts';
import type { NodeCounters } from '../monitoring/node-counters.ts';
import { parseSendOptions, parseTo } from '../options/call-options.ts';
import { checkFits } from './message-size.ts';
import type { Messaging } from './messaging.ts';
import { failedResult, outboxOf } from './one-of-several.ts';
import { createPeerResults } from './peer-results.ts';
import type { Schemas } from './schemas.ts';
import { type Sending, SendObservers } from './send-observers.ts';
import { SendOrder } from './send-order.ts';

export interface OutgoingDeps extends Pick<Messaging, 'delivery' | 'requests' | 'observers' | 'schemas'> {
  readonly source: NodeStreamsSource;
  readonly counters: Pick<NodeCounters, 'sent'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Most values in a message. */
  readonly maxMessageItems: number;
  /** Throws `ERR_NOT_RUNNING`. */
  readonly running: () => void;
  /** A fault that ends nothing. */
  readonly report: (error: LanpeerError) => void;
}

/** What a program sends: checked and encoded at the call, then accepted by the outbox of each peer. */
export class Outgoing {
  readonly #deps: OutgoingDeps;
  readonly #observers: SendObservers;
  readonly #order = new SendOrder();

  constructor(deps: OutgoingDeps) {
    this.#deps = deps;
    this.#observers = new SendObservers(deps);
  }

  async send(to: DeviceId, type: string, data: unknown, given?: SendOptions): Promise<Receipt> {
    this.#deps.running();
    const options = parseSendOptions(given);
    parseTo('to', to);
    const outbox = this.#deps.delivery.find(to)?.outbox;
    const timestamp = this.#deps.clock.now();
    const arena = outbox?.arena(options.volatile ? 'volatile' : 'message');
    const payload = encodeMessage({ type, data, timestamp }, this.#deps.maxMessageItems, options.borrow, arena);
    const { schemas } = this.#deps;
    const accepted =
      schemas === undefined
        ? this.#accept(to, payload, options)
        : this.#inTurn(schemas, type, payload, options, () => this.#accept(to, payload, options));
    // Most are accepted at once: a promise for each of them would cost as much as the rest of the call.
    const receipt = accepted instanceof Promise ? await accepted : accepted;
    this.#noteSent(to, type, payload);
    return receipt;
  }

  /** One result per peer; by default of those that are connected now. With a group they get it as its members. */
  broadcast(
    type: string,
    data: unknown,
    given?: SendOptions,
    to: Iterable<DeviceId> = this.#deps.source.peers.keys(),
    group?: string,
  ): PeerResults<BroadcastResult> {
    return createPeerResults(() => {
      const { running, requests, clock, maxMessageItems, schemas } = this.#deps;
      running();
      const options = parseSendOptions(given);
      const groupNo = group === undefined || options.volatile ? 0 : requests.nextNumber();
      const message = { type, data, timestamp: clock.now(), ...(group !== undefined && { group, groupNo }) };
      const payload = encodeMessage(message, maxMessageItems, options.borrow);
      const sending = { ...options, groupNo };
      const send = () => Array.from(to, (id) => [id, this.#sendTo(id, type, payload, sending)] as const);
      return schemas === undefined ? send() : this.#inTurn(schemas, type, payload, options, send);
    });
  }

  /** Sends it when its data, and that of all messages before it, was checked. */
  #inTurn<Result>(
    schemas: Schemas,
    type: string,
    payload: Payload,
    { signal }: SendOptions,
    send: () => Result | Promise<Result>,
  ): Result | Promise<Result> {
    return this.#order.run(schemas.checkSent('message', type, payload), signal, send);
  }

  #accept(to: DeviceId, payload: Payload, options: Sending): Receipt | Promise<Receipt> {
    if (options.signal?.aborted) throw abortedBy(options.signal);
    const outbox = outboxOf(this.#deps.delivery, to);
    const kind = options.volatile ? 'volatile' : 'message';
    checkFits(kind, payload, this.#deps.maxMessageItems, outbox.maxMessageSize);
    const observer = this.#observers.of(to, payload, options);
    return outbox.sendNow(kind, payload, options, observer) ?? outbox.sendLater(kind, payload, options, observer);
  }

  #sendTo(to: DeviceId, type: string, payload: Payload, options: Sending): BroadcastResult | Promise<BroadcastResult> {
    const sent = (receipt: Receipt): BroadcastResult => {
      this.#noteSent(to, type, payload);
      return { ok: true, receipt };
    };
    try {
      const accepted = this.#accept(to, payload, options);
      return accepted instanceof Promise ? accepted.then(sent).catch(failedResult) : sent(accepted);
    } catch (error) {
      return failedResult(error);
    }
  }

  /** Shows what was sent, also where the program has changed its object since the call. */
  #noteSent(peer: DeviceId, type: string, payload: Payload): void {
    const { observers, counters, maxMessageItems } = this.#deps;
    counters.sent += 1;
    if (observers.size === 0) return;
    observers.call({
      direction: 'out',
      peer,
      type,
      get data() {
        return decodeMessage(payload, maxMessageItems).data;
      },
    });
  }
}
