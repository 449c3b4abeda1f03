import type { BroadcastResult, Receipt, RequestOptions, RequestResult, SendOptions } from '../../api/messages.ts';
import type { Clock } from '../../environment.ts';
import { abortedBy, asLanpeerError, LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { decodeMessage, encodeMessage, encodeRequest } from '../../protocol/message.ts';
import type { NodeStreamsSource } from '../../streams/node-streams.ts';
import type { NodeCounters } from '../monitoring/node-counters.ts';
import { parseRequestOptions, parseSendOptions, parseTo, parseType } from '../options/call-options.ts';
import type { Mailbox, Watch } from './mailbox.ts';
import { checkFits } from './message-size.ts';
import type { Messaging } from './messaging.ts';
import type { Asked } from './requests.ts';
import { reportProgress } from './transfers.ts';

export interface OutgoingDeps extends Pick<Messaging, 'delivery' | 'requests' | 'observed'> {
  readonly source: NodeStreamsSource;
  readonly counters: Pick<NodeCounters, 'sent'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Most values in a message. */
  readonly messageItems: number;
  /** Throws `ERR_NOT_RUNNING`. */
  readonly running: () => void;
}

/** What a program sends and asks: checked and encoded at the call, then accepted by the mailbox of each peer. */
export class Outgoing {
  readonly #deps: OutgoingDeps;
  #transfers = 0;

  constructor(deps: OutgoingDeps) {
    this.#deps = deps;
  }

  async send(to: DeviceId, type: string, data: unknown, given?: SendOptions): Promise<Receipt> {
    this.#deps.running();
    const options = parseSendOptions(given);
    parseTo('to', to);
    const payload = this.#encode(type, data);
    const receipt = await this.#accept(to, payload, options);
    this.#observe(to, type, payload);
    return receipt;
  }

  /** One result per peer that is connected now. */
  async broadcast(type: string, data: unknown, given?: SendOptions): Promise<Map<DeviceId, BroadcastResult>> {
    this.#deps.running();
    const options = parseSendOptions(given);
    const payload = this.#encode(type, data);
    const results = new Map<DeviceId, BroadcastResult>();
    await Promise.all(
      [...this.#deps.source.peers.keys()].map((id) =>
        this.#accept(id, payload, options).then(
          (receipt) => {
            results.set(id, { ok: true, receipt });
            this.#observe(id, type, payload);
          },
          (thrown: unknown) => void results.set(id, { ok: false, error: asLanpeerError(thrown, 'ERR_INTERNAL') }),
        ),
      ),
    );
    return results;
  }

  async request(to: DeviceId, type: string, data: unknown, given?: RequestOptions): Promise<unknown> {
    this.#deps.running();
    const options = parseRequestOptions(given);
    parseTo('to', to);
    return this.#ask(to, this.#encodeRequest(parseType(type), data), options);
  }

  /** One result per peer that is connected now. */
  async requestAll(
    type: string,
    data: unknown,
    given?: RequestOptions,
  ): Promise<Map<DeviceId, RequestResult<unknown>>> {
    this.#deps.running();
    const options = parseRequestOptions(given);
    const request = this.#encodeRequest(parseType(type), data);
    const results = new Map<DeviceId, RequestResult<unknown>>();
    await Promise.all(
      [...this.#deps.source.peers.keys()].map((id) =>
        this.#ask(id, request, options).then(
          (answer) => void results.set(id, { ok: true, data: answer }),
          (thrown: unknown) => void results.set(id, { ok: false, error: asLanpeerError(thrown, 'ERR_INTERNAL') }),
        ),
      ),
    );
    return results;
  }

  #encode(type: string, data: unknown): Uint8Array {
    return encodeMessage({ type, data, timestamp: this.#deps.clock.now() }, this.#deps.messageItems);
  }

  #encodeRequest(type: string, data: unknown): Asked {
    const { requests, clock, messageItems } = this.#deps;
    const no = requests.number();
    return { no, payload: encodeRequest({ no, type, data, timestamp: clock.now() }, messageItems) };
  }

  async #accept(to: DeviceId, payload: Uint8Array, options: SendOptions): Promise<Receipt> {
    if (options.signal?.aborted) throw abortedBy(options.signal);
    const box = this.#boxOf(to);
    const of = options.volatile ? 'volatile' : 'message';
    const receipt = await box.send(of, this.#fitting(box, 'message', payload), options, this.#watchOf(to, payload));
    this.#deps.counters.sent += 1;
    return receipt;
  }

  async #ask(to: DeviceId, { no, payload }: Asked, options: RequestOptions): Promise<unknown> {
    if (options.signal?.aborted) throw abortedBy(options.signal);
    const box = this.#boxOf(to);
    return this.#deps.requests.open(to, box, { no, payload: this.#fitting(box, 'request', payload) }, options);
  }

  #boxOf(id: DeviceId): Mailbox {
    const box = this.#deps.delivery.find(id);
    if (!box) throw new LanpeerError('ERR_NO_PEER');
    return box;
  }

  #fitting({ takes }: Mailbox, of: 'message' | 'request', payload: Uint8Array): Uint8Array {
    checkFits(of, payload, this.#deps.messageItems, takes);
    return payload;
  }

  /** Small messages have no progress worth telling. */
  #watchOf(to: DeviceId, { byteLength }: Uint8Array): Watch | undefined {
    if (byteLength <= limits.messages.largeBytes) return undefined;
    this.#transfers += 1;
    const no = this.#transfers;
    const progress = reportProgress(this.#deps.source, to, 'out');
    return { progress: (bytes) => progress(no, bytes, byteLength) };
  }

  /** Shows what went out, whatever became of the program's object since the call. */
  #observe(peer: DeviceId, type: string, payload: Uint8Array): void {
    const { observed, messageItems } = this.#deps;
    if (observed.size === 0) return;
    observed.call({
      direction: 'out',
      peer,
      type,
      get data() {
        return decodeMessage(payload, messageItems).data;
      },
    });
  }
}
