import type { DeliveryOutcome, Receipt, SendOptions } from '../../api/messages.ts';
import { abortedBy, LanpeerError } from '../../errors.ts';
import { Arena } from '../../protocol/arena.ts';
import type { MessageKind } from '../../protocol/frame-types.ts';
import type { MessageSession } from '../../protocol/message-session/message-session.ts';
import type { OutMessage } from '../../protocol/message-session/out-message.ts';
import type { MessageSize } from '../../protocol/message-session/remote-session.ts';
import type { Pool } from '../../protocol/message-session/window.ts';
import type { Payload } from '../../protocol/payload.ts';
import { countAccepted, countSettled, type PeerCounters } from '../monitoring/peer-counters.ts';
import { BlockedSends } from './blocked-sends.ts';
import type { MailboxState } from './mailbox-deps.ts';
import { MessageReceipt } from './receipt.ts';

export interface OutboxSendOptions extends Pick<SendOptions, 'wait' | 'signal'> {
  /** The {@link Outbox.generation} of what this answers: in another one it is refused with `ERR_NO_PEER`. */
  readonly generation?: number;
}

/** Callbacks about one accepted message, called at once. */
export interface SendObserver {
  /** The peer has so many bytes of it. Only for messages that do not fit into a record. */
  readonly progress?: (bytes: number) => void;
  readonly outcome?: (outcome: DeliveryOutcome) => void;
  /** Whether the peer has refused it, asked when it has handled it. */
  readonly wasRefused?: () => boolean;
  /** Memory of it was lent, and is gone. */
  readonly lost?: () => void;
}

export interface OutboxDeps {
  readonly session: MessageSession;
  readonly state: Readonly<MailboxState>;
  readonly pool: Pool;
  readonly peerCounters: PeerCounters;
  readonly settled: (kind: MessageKind, outcome: DeliveryOutcome) => void;
}

/** A message that was accepted. The receipt does not know it: a program may keep that long after the outcome. */
class AcceptedMessage implements OutMessage {
  readonly of: MessageKind;
  readonly payload: Payload;
  readonly progress: OutMessage['progress'];
  readonly receipt = new MessageReceipt();
  readonly #observer: SendObserver | undefined;
  readonly #settled: (message: AcceptedMessage, outcome: DeliveryOutcome) => void;

  constructor(
    of: MessageKind,
    payload: Payload,
    observer: SendObserver | undefined,
    settled: (message: AcceptedMessage, outcome: DeliveryOutcome) => void,
  ) {
    this.of = of;
    this.payload = payload;
    this.progress = observer?.progress;
    this.#observer = observer;
    this.#settled = settled;
  }

  lost(): void {
    this.#observer?.lost?.();
  }

  settle(known: DeliveryOutcome): void {
    const outcome = known === 'delivered' && this.#observer?.wasRefused?.() ? 'refused' : known;
    this.#settled(this, outcome);
    this.#observer?.outcome?.(outcome);
    this.receipt.settle(outcome);
  }
}

/** Messages to one peer. */
export class Outbox {
  readonly #session: MessageSession;
  readonly #state: Readonly<MailboxState>;
  readonly #peerCounters: PeerCounters;
  readonly #settled: OutboxDeps['settled'];
  readonly #queues: BlockedSends;
  /** Messages are settled in order, and so are volatile ones; not one kind with the other. */
  readonly #arenas = { message: new Arena(), volatile: new Arena() };
  readonly #flushWaiters = new Set<() => void>();
  readonly #retry = (): void => {
    this.#isRetryScheduled = false;
    this.retry();
  };
  readonly #settle = ({ of, payload }: AcceptedMessage, outcome: DeliveryOutcome): void => {
    countSettled(this.#peerCounters, of, payload.byteLength);
    this.#settled(of, outcome);
    if (this.#session.size === 0) for (const arena of Object.values(this.#arenas)) arena.clear();
    this.#scheduleRetry();
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

  /** Memory of messages of that kind to this peer. */
  arena(kind: 'message' | 'volatile'): Arena {
    return this.#arenas[kind];
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
  async send(
    kind: MessageKind,
    payload: Payload,
    options: OutboxSendOptions = {},
    observer?: SendObserver,
  ): Promise<Receipt> {
    return this.sendNow(kind, payload, options, observer) ?? this.sendLater(kind, payload, options, observer);
  }

  /** As {@link send}, but at once, and throws; undefined where it has to wait for room. */
  sendNow(
    kind: MessageKind,
    payload: Payload,
    { wait = true, signal }: OutboxSendOptions,
    observer: SendObserver | undefined,
  ): Receipt | undefined {
    if (signal?.aborted) throw abortedBy(signal);
    if (!this.#state.usable || (kind === 'volatile' && !this.#state.channel)) throw new LanpeerError('ERR_NO_PEER');
    const receipt = !wait || this.#queues.of(kind).size === 0 ? this.#accept(kind, payload, observer) : undefined;
    if (!receipt && !wait) throw new LanpeerError('ERR_BACKPRESSURE');
    return receipt;
  }

  /** Behind those that wait for room already. */
  sendLater(
    kind: MessageKind,
    payload: Payload,
    { signal, generation }: OutboxSendOptions,
    observer: SendObserver | undefined,
  ): Promise<Receipt> {
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
  #accept(kind: MessageKind, payload: Payload, observer: SendObserver | undefined): Receipt | undefined {
    const message = new AcceptedMessage(kind, payload, observer, this.#settle);
    if (!this.#session.accept(message)) return undefined;
    countAccepted(this.#peerCounters, kind, payload.byteLength);
    this.#state.channel?.wake();
    return message.receipt;
  }
}
