import type { PeerResults, RequestOptions, RequestResult } from '../../api/messages.ts';
import { abortedBy } from '../../errors.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { encodeRequest } from '../../protocol/message.ts';
import { parseRequestOptions, parseTo, parseType } from '../options/call-options.ts';
import { checkFits } from './message-size.ts';
import type { Messaging } from './messaging.ts';
import { failedResult, outboxOf } from './one-of-several.ts';
import type { EncodedRequest } from './outbound-request.ts';
import type { OutgoingDeps } from './outgoing.ts';
import { createPeerResults } from './peer-results.ts';

export interface OutgoingRequestsDeps
  extends Pick<Messaging, 'delivery' | 'requests' | 'schemas'>,
    Pick<OutgoingDeps, 'source' | 'clock' | 'maxMessageItems' | 'running'> {}

/** A call to one group, or to no group. */
interface GroupOption {
  readonly group: string | undefined;
}

/** What a program requests: checked and encoded at the call, then sent by the outbox of each peer. */
export class OutgoingRequests {
  readonly #deps: OutgoingRequestsDeps;

  constructor(deps: OutgoingRequestsDeps) {
    this.#deps = deps;
  }

  async request(to: DeviceId, type: string, data: unknown, given?: RequestOptions, group?: string): Promise<unknown> {
    this.#deps.running();
    const options = parseRequestOptions(given);
    parseTo('to', to);
    const request = this.#encode(parseType(type), data, { ...options, group });
    const checked = this.#deps.schemas?.checkSent('request', type, request.payload);
    if (checked !== undefined) await checked;
    return this.#call(to, type, request, options);
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
      const request = this.#encode(parseType(type), data, { ...options, group });
      const call = () => Array.from(to, (id) => [id, this.#resultOf(id, type, request, options)] as const);
      const checked = this.#deps.schemas?.checkSent('request', type, request.payload);
      return checked === undefined ? call() : checked.then(call);
    });
  }

  #encode(type: string, data: unknown, { borrow, group }: RequestOptions & GroupOption): EncodedRequest {
    const { requests, clock, maxMessageItems } = this.#deps;
    const no = requests.nextNumber();
    const body = { no, type, data, timestamp: clock.now(), ...(group !== undefined && { group }) };
    return { no, payload: encodeRequest(body, maxMessageItems, borrow) };
  }

  #resultOf(
    to: DeviceId,
    type: string,
    request: EncodedRequest,
    options: RequestOptions,
  ): Promise<RequestResult<unknown>> {
    return this.#call(to, type, request, options).then((data) => ({ ok: true as const, data }), failedResult);
  }

  async #call(to: DeviceId, type: string, request: EncodedRequest, options: RequestOptions): Promise<unknown> {
    if (options.signal?.aborted) throw abortedBy(options.signal);
    const { delivery, requests, schemas, maxMessageItems } = this.#deps;
    const outbox = outboxOf(delivery, to);
    checkFits('request', request.payload, maxMessageItems, outbox.maxMessageSize);
    const answer = requests.send(to, outbox, request, options);
    return schemas === undefined ? answer : schemas.receiveAnswer(type, await answer);
  }
}
