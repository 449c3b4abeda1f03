import type { DeliveryOutcome } from '../../api/messages.ts';
import type { Clock } from '../../environment.ts';
import { abortedBy, LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { Payload } from '../../protocol/payload.ts';
import { onAbort } from '../../util/abort.ts';
import type { OutboundRequestLimit, PendingRequest } from './outbound-request-limit.ts';
import type { Outbox, SendObserver } from './outbox.ts';

/** A request as it was at the moment of the call. */
export interface EncodedRequest {
  readonly no: number;
  readonly payload: Payload;
}

export interface OutboundRequestOptions {
  /** Milliseconds; infinite for no limit. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

export interface RequestCallDeps {
  readonly clock: Clock;
  readonly outbox: Pick<Outbox, 'send'>;
  /** It does not wait for an answer any more. */
  readonly release: (no: number) => void;
}

/** One call of `request`: from the wait for a place to the answer, the time limit, or the signal. */
export class OutboundRequest implements PendingRequest, SendObserver {
  readonly no: number;
  readonly bytes: number;
  readonly result: Promise<unknown>;
  hasArrived = false;
  isAnswered = false;
  readonly #clock: Clock;
  readonly #payload: Payload;
  readonly #outbox: Pick<Outbox, 'send'>;
  readonly #release: (no: number) => void;
  /** Ends the wait for a place, and for room in the queue. */
  readonly #ending = new AbortController();
  readonly #settle: Pick<PromiseWithResolvers<unknown>, 'resolve' | 'reject'>;
  readonly #timer: unknown;
  readonly #offAbort: () => void;

  constructor({ no, payload }: EncodedRequest, deps: RequestCallDeps, options: OutboundRequestOptions) {
    const { clock, outbox, release } = deps;
    const { timeout = limits.messages.requestMs, signal } = options;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.no = no;
    this.bytes = payload.byteLength;
    this.result = promise;
    this.#clock = clock;
    this.#payload = payload;
    this.#outbox = outbox;
    this.#release = release;
    this.#settle = { resolve, reject };
    const expire = (): void => this.#giveUp(new LanpeerError('ERR_TIMEOUT', `No answer came within ${timeout} ms.`));
    // Node would make 1 ms of it.
    this.#timer = timeout === Number.POSITIVE_INFINITY ? undefined : clock.setTimeout(expire, timeout);
    this.#offAbort = onAbort(signal, () => signal && this.#giveUp(abortedBy(signal)));
  }

  /** Sends it as soon as there is a place. */
  start(requests: OutboundRequestLimit): void {
    const { signal } = this.#ending;
    const acquired = requests.acquire(this, signal);
    const send = (): Promise<unknown> => this.#outbox.send('request', this.#payload, { signal }, this);
    (acquired === undefined ? send() : acquired.then(send)).catch((error: LanpeerError) => this.reject(error));
  }

  /** The outcome of the request as a message: `delivered` is no answer yet. */
  outcome(outcome: DeliveryOutcome): void {
    if (outcome === 'unsent') this.reject(new LanpeerError('ERR_UNSENT'));
    else if (outcome === 'unknown') this.reject(new LanpeerError('ERR_UNKNOWN_OUTCOME'));
    else this.hasArrived = true;
  }

  /** What was lent to it is gone; its answer, if any, is to something else. */
  lost(): void {
    this.#giveUp(new LanpeerError('ERR_DATA', 'The memory of a request was transferred while it was lent.'));
  }

  resolve(data: unknown): void {
    this.#finish();
    this.#release(this.no);
    this.#settle.resolve(data);
  }

  reject(error: LanpeerError): void {
    this.#giveUp(error);
    this.#release(this.no);
  }

  /** The caller does not wait any more; the request keeps its place until its answer comes. */
  #giveUp(error: LanpeerError): void {
    this.#finish();
    this.#settle.reject(error);
  }

  #finish(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#offAbort();
    this.#ending.abort();
  }
}
