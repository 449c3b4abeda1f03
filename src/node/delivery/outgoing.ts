import type {
  BroadcastResult,
  PeerResults,
  Receipt,
  RequestOptions,
  RequestResult,
  SendOptions,
} from '../../api/messages.ts';
import type { Clock } from '../../environment.ts';
import { abortedBy, asLanpeerError, LanpeerError } from '../../errors.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { decodeMessage, encodeMessage, encodeRequest } from '../../protocol/message.ts';
import type { Payload } from '../../protocol/payload.ts';
import type { NodeStreamsSource } from '../../streams/node-streams.ts';
import type { NodeCounters } from '../monitoring/node-counters.ts';
import { parseRequestOptions, parseSendOptions, parseTo, parseType } from '../options/call-options.ts';
import { checkFits } from './message-size.ts';
import type { Messaging } from './messaging.ts';
import type { EncodedRequest } from './outbound-request.ts';
import type { Outbox } from './outbox.ts';
import { createPeerResults } from './peer-results.ts';
import { type Sending, SendObservers } from './send-observers.ts';

export interface OutgoingDeps extends Pick<Messaging, 'delivery' | 'requests' | 'observers'> {
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

/** A call to one group, or to no group. */
interface GroupOption {
  readonly group: string | undefined;
}

/** A result of one peer of several. */
const failed = (thrown: unknown): { readonly ok: false; readonly error: LanpeerError } => ({
  ok: false,
  error: asLanpeerError(thrown, 'ERR_INTERNAL'),
});

/** What a program sends and requests: checked and encoded at the call, then accepted by the outbox of each peer. */
export class Outgoing {
  readonly #deps: OutgoingDeps;
  readonly #observers: SendObservers;

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
    const accepted = this.#accept(to, payload, options);
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
      const { running, requests, clock, maxMessageItems } = this.#deps;
      running();
      const options = parseSendOptions(given);
      const groupNo = group === undefined || options.volatile ? 0 : requests.nextNumber();
      const message = { type, data, timestamp: clock.now(), ...(group !== undefined && { group, groupNo }) };
      const payload = encodeMessage(message, maxMessageItems, options.borrow);
      const sending = { ...options, groupNo };
      return Array.from(to, (id) => [id, this.#sendTo(id, type, payload, sending)] as const);
    });
  }

  async request(to: DeviceId, type: string, data: unknown, given?: RequestOptions, group?: string): Promise<unknown> {
    this.#deps.running();
    const options = parseRequestOptions(given);
    parseTo('to', to);
    return this.#call(to, this.#encodeRequest(parseType(type), data, { ...options, group }), options);
  }

  /** One result per peer; by default of those that are connected now. */
  requestAll(
    type: string,
    data: unknown,
    given?: RequestOptions,
    to: Iterable<DeviceId> = this.#deps.source.peers.keys(),
    group?: string,
  ): PeerResults<RequestResult<unknown>> {
    return createPeerResults(() => {
      this.#deps.running();
      const options = parseRequestOptions(given);
      const request = this.#encodeRequest(parseType(type), data, { ...options, group });
      return Array.from(to, (id) => [id, this.#requestOf(id, request, options)] as const);
    });
  }

  #encodeRequest(type: string, data: unknown, { borrow, group }: RequestOptions & GroupOption): EncodedRequest {
    const { requests, clock, maxMessageItems } = this.#deps;
    const no = requests.nextNumber();
    const body = { no, type, data, timestamp: clock.now(), ...(group !== undefined && { group }) };
    return { no, payload: encodeRequest(body, maxMessageItems, borrow) };
  }

  #accept(to: DeviceId, payload: Payload, options: Sending): Receipt | Promise<Receipt> {
    if (options.signal?.aborted) throw abortedBy(options.signal);
    const outbox = this.#outbox(to);
    this.#check(outbox, 'message', payload);
    const kind = options.volatile ? 'volatile' : 'message';
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
      return accepted instanceof Promise ? accepted.then(sent).catch(failed) : sent(accepted);
    } catch (error) {
      return failed(error);
    }
  }

  #requestOf(to: DeviceId, request: EncodedRequest, options: RequestOptions): Promise<RequestResult<unknown>> {
    return this.#call(to, request, options).then((data) => ({ ok: true as const, data }), failed);
  }

  async #call(to: DeviceId, request: EncodedRequest, options: RequestOptions): Promise<unknown> {
    if (options.signal?.aborted) throw abortedBy(options.signal);
    const outbox = this.#outbox(to);
    this.#check(outbox, 'request', request.payload);
    return this.#deps.requests.send(to, outbox, request, options);
  }

  #outbox(id: DeviceId): Outbox {
    const mailbox = this.#deps.delivery.find(id);
    if (!mailbox) throw new LanpeerError('ERR_NO_PEER');
    return mailbox.outbox;
  }

  /** Throws `ERR_TOO_LARGE`. */
  #check({ maxMessageSize }: Outbox, kind: 'message' | 'request', payload: Payload): void {
    checkFits(kind, payload, this.#deps.maxMessageItems, maxMessageSize);
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
