import type { Clock } from '../../environment.ts';
import { abortedBy, asLanpeerError, isLanpeerErrorCode, LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { decodeFailure, scanResponse } from '../../protocol/message.ts';
import type { Payload } from '../../protocol/payload.ts';
import { DataDecoder, type Decoded, type Undecoded } from './data-decoder.ts';
import { notMember } from './group-refusals.ts';
import { type EncodedRequest, OutboundRequest, type OutboundRequestOptions } from './outbound-request.ts';
import { OutboundRequestLimit, type PendingRequest } from './outbound-request-limit.ts';
import type { Outbox } from './outbox.ts';
import { RefusedMessages } from './refused-messages.ts';

export interface OutboundRequestsDeps {
  readonly clock: Clock;
  /** That peer answered a request that it was not sent. */
  readonly unexpectedAnswer?: (from: DeviceId) => void;
}

export interface RequestsOptions {
  /** Most values in an answer. */
  readonly items?: number;
}

const ignore = (): void => undefined;

/** Requests of this node that have no answer yet. */
export class OutboundRequests {
  readonly #clock: Clock;
  readonly #unexpectedAnswer: (from: DeviceId) => void;
  readonly #items: number;
  readonly #peers = new Map<DeviceId, OutboundRequestLimit>();
  /** Messages to groups have numbers of the same row. */
  readonly refused = new RefusedMessages();
  // Its own, one of a peer at a time: an answer must not wait for a handler that waits for it.
  readonly #decoder = new DataDecoder(0);
  #count = 0;

  constructor(
    { clock, unexpectedAnswer = ignore }: OutboundRequestsDeps,
    { items = limits.messages.items }: RequestsOptions = {},
  ) {
    this.#clock = clock;
    this.#unexpectedAnswer = unexpectedAnswer;
    this.#items = items;
  }

  /** A number for a request, which may go to several peers. */
  nextNumber(): number {
    this.#count += 1;
    return this.#count;
  }

  /** Rejects with the codes of {@link LanpeerNode.request}. */
  send(
    to: DeviceId,
    outbox: Pick<Outbox, 'send'>,
    request: EncodedRequest,
    options: OutboundRequestOptions,
  ): Promise<unknown> {
    if (options.signal?.aborted) return Promise.reject(abortedBy(options.signal));
    const release = (no: number): void => this.#release(to, no);
    const call = new OutboundRequest(request, { clock: this.#clock, outbox, release }, options);
    call.start(this.#of(to));
    return call.result;
  }

  /**
   * An answer came. Throws `ERR_PROTOCOL` if it is not one; `refused` is called instead where that shows later. False if
   * it answers no request that waits.
   */
  receive(
    from: DeviceId,
    kind: 'response' | 'failure',
    payload: Payload,
    refused: (error: unknown) => void = ignore,
  ): boolean {
    if (kind === 'failure') {
      const failure = decodeFailure(payload);
      const isRefusal = failure.code === notMember && !this.#peers.get(from)?.has(failure.no);
      if (isRefusal && failure.no <= this.#count && this.refused.add(from, failure.no)) return true;
      const request = this.#answer(from, failure.no);
      request?.reject(remoteError(failure));
      return request !== undefined;
    }
    const { head, ...undecoded } = scanResponse(payload, this.#items);
    const request = this.#answer(from, head.no);
    if (!request) return false;
    this.#decode(from, request, undecoded, refused);
    return true;
  }

  /** The session with that peer is over: what had arrived there is not answered any more; the rest gets its outcome. */
  sessionEnded(id: DeviceId): void {
    this.refused.sessionEnded(id);
    // Other requests may have been made since then, to the session that comes after it.
    for (const request of this.#peers.get(id)?.unanswered() ?? [])
      request.reject(new LanpeerError('ERR_UNKNOWN_OUTCOME'));
  }

  #of(id: DeviceId): OutboundRequestLimit {
    const known = this.#peers.get(id);
    if (known) return known;
    const requests = new OutboundRequestLimit();
    this.#peers.set(id, requests);
    return requests;
  }

  #release(id: DeviceId, no: number): void {
    const requests = this.#peers.get(id);
    requests?.release(no);
    if (requests?.isEmpty) this.#peers.delete(id);
  }

  #answer(from: DeviceId, no: number): PendingRequest | undefined {
    const request = this.#peers.get(from)?.answer(no);
    if (!request) this.#unexpectedAnswer(from);
    return request;
  }

  #decode(from: DeviceId, request: PendingRequest, undecoded: Undecoded, refused: (error: unknown) => void): void {
    const resolve = ({ data, release }: Decoded): void => {
      release();
      request.resolve(data);
    };
    const reject = (error: unknown): void => request.reject(asLanpeerError(error, 'ERR_PROTOCOL'));
    let decoded: Decoded | Promise<Decoded>;
    try {
      decoded = this.#decoder.decode(undecoded, from);
    } catch (error) {
      reject(error);
      throw error;
    }
    if (!(decoded instanceof Promise)) {
      resolve(decoded);
      return;
    }
    void decoded.then(resolve, (error: unknown) => {
      reject(error);
      refused(error);
    });
  }
}

/** The error that the peer answered, for the caller: a code of lanpeer as it is, any other as `remoteCode`. */
function remoteError({ code, message }: { readonly code: string; readonly message: string }): LanpeerError {
  if (code !== 'ERR_RESPONDER' && isLanpeerErrorCode(code)) return new LanpeerError(code, message);
  return new LanpeerError('ERR_RESPONDER', message, { remoteCode: code });
}
