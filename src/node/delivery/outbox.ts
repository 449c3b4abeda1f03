import type { DeliveryOutcome, Receipt, SendOptions } from '../../api/messages.ts';
import { abortedBy, LanpeerError } from '../../errors.ts';
import type { MessageKind } from '../../protocol/frame-types.ts';
import type { MessageSession } from '../../protocol/message-session/message-session.ts';
import type { MessageSize } from '../../protocol/message-session/remote-session.ts';
import type { Pool } from '../../protocol/message-session/window.ts';
import { countAccepted, countSettled, type PeerCounters } from '../monitoring/peer-counters.ts';
import { BlockedSends } from './blocked-sends.ts';
import type { MailboxState } from './mailbox-deps.ts';

export interface OutboxSendOptions extends Pick<SendOptions, 'wait' | 'signal'> {
  /** The {@link Outbox.generation} of what this answers: in another one it is refused with `ERR_NO_PEER`. */
  readonly generation?: number;
}

/** Callbacks about one accepted message, called at once. */
export interface SendObserver {
  /** The peer has so many bytes of it. Only for messages of more than one fragment. */
  readonly progress?: (bytes: number) => void;
  readonly outcome?: (outcome: DeliveryOutcome) => void;
}

export interface OutboxDeps {
  readonly session: MessageSession;
  readonly state: Readonly<MailboxState>;
  readonly pool: Pool;
  readonly peerCounters: PeerCounters;
  readonly settled: (kind: MessageKind, outcome: DeliveryOutcome) => void;
}

/** Messages to one peer. */
export class Outbox {
  readonly #session: MessageSession;
  readonly #state: Readonly<MailboxState>;
  readonly #peerCounters: PeerCounters;
  readonly #settled: OutboxDeps['settled'];
  readonly #queues: BlockedSends;
  readonly #flushWaiters = new Set<() => void>();
  readonly #retry = (): void => {
    this.#isRetryScheduled = false;
    this.retry();
  };
  #isRetryScheduled = false;

  constructor({ session, state, pool, peerCounters, settled }: OutboxDeps) {
    this.#session = session;
    this.#state = state;
    this.#peerCounters = peerCounters;
    this.#settled = settled;
    this.#queues = new BlockedSends(pool, () => this.#scheduleRetry());
  }

  /** Changes when what the peer requested before is not to be answered any more. */
  get generation(): number {
    return this.#state.generation;
  }

  /** Largest message that the peer accepts. */
  get maxMessageSize(): MessageSize {
    return this.#session.takes;
  }

  /** True if there are messages without an outcome, or senders that wait for room. */
  get isBusy(): boolean {
    return this.#session.size > 0 || !this.#queues.isEmpty;
  }

  /** Resolves when the message is accepted. Rejects with `ERR_NO_PEER`, `ERR_BACKPRESSURE` or `ERR_ABORTED`. */
  send(
    kind: MessageKind,
    payload: Uint8Array,
    { wait = true, signal, generation }: OutboxSendOptions = {},
    observer?: SendObserver,
  ): Promise<Receipt> {
    if (signal?.aborted) return Promise.reject(abortedBy(signal));
    if (!this.#state.usable || (kind === 'volatile' && !this.#state.channel))
      return Promise.reject(new LanpeerError('ERR_NO_PEER'));
    const receipt = !wait || this.#queues.of(kind).size === 0 ? this.#accept(kind, payload, observer) : undefined;
    if (receipt) return Promise.resolve(receipt);
    if (!wait) return Promise.reject(new LanpeerError('ERR_BACKPRESSURE'));
    return this.#queues.join(kind, signal, () => {
      const { usable, generation: current } = this.#state;
      if (!usable || (generation ?? current) !== current)
        throw new LanpeerError('ERR_NO_PEER', 'The connection ended before the queue had room.');
      return this.#accept(kind, payload, observer);
    });
  }

  /** Resolves when no message waits for an acknowledgement any more, or when none can come because there is no link. */
  flushed(): Promise<void> {
    if (this.#session.size === 0 || !this.#state.channel) return Promise.resolve();
    return new Promise((resolve) => void this.#flushWaiters.add(resolve));
  }

  /** A message was settled, or the link came or went: wakes the waiters. */
  retry(): void {
    this.#queues.retry();
    if (this.#session.size > 0 && this.#state.channel) return;
    for (const resolve of this.#flushWaiters) resolve();
    this.#flushWaiters.clear();
  }

  /** One acknowledgement settles many messages: the waiters are woken once. */
  #scheduleRetry(): void {
    if (this.#isRetryScheduled) return;
    this.#isRetryScheduled = true;
    queueMicrotask(this.#retry);
  }

  /** Undefined while there is no room. */
  #accept(kind: MessageKind, payload: Uint8Array, observer: SendObserver | undefined): Receipt | undefined {
    let resolve: (outcome: DeliveryOutcome) => void = () => undefined;
    const delivered = new Promise<DeliveryOutcome>((done) => {
      resolve = done;
    });
    const isAccepted = this.#session.accept({
      of: kind,
      payload,
      progress: observer?.progress,
      settle: (outcome) => {
        countSettled(this.#peerCounters, kind, payload.byteLength);
        this.#settled(kind, outcome);
        observer?.outcome?.(outcome);
        resolve(outcome);
        this.#scheduleRetry();
      },
    });
    if (!isAccepted) return undefined;
    countAccepted(this.#peerCounters, kind, payload.byteLength);
    this.#state.channel?.wake();
    return { delivered };
  }
}
