import type { Clock } from '../../environment.ts';
import { asLanpeerError, LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { Hello } from '../../protocol/frame-types.ts';
import type { MessageSession } from '../../protocol/message-session/message-session.ts';
import type { Attached } from '../../protocol/message-session/message-session-options.ts';
import type { UnfinishedShare } from '../../protocol/message-session/unfinished.ts';
import type { Channel } from '../links/channel.ts';
import type { ChannelUser } from '../links/channel-deps.ts';
import type { PeerCounters } from '../monitoring/peer-counters.ts';
import { Acknowledgements } from './acknowledgements.ts';
import type { ArrivalOrder } from './arrival-order.ts';
import { Deliveries } from './deliveries.ts';
import { linkUserOf } from './link-user.ts';
import type { MailboxDeps, MailboxEvents, MailboxOptions, MailboxState } from './mailbox-deps.ts';
import { createMailboxSession } from './mailbox-session.ts';
import { Outbox } from './outbox.ts';

/** Messages to and from one peer, over the link that it has at the moment. */
export class Mailbox {
  readonly peerCounters: PeerCounters;
  readonly outbox: Outbox;
  readonly presence: MailboxDeps['presence'];
  readonly #clock: Clock;
  readonly #events: MailboxEvents;
  readonly #streams: MailboxDeps['streams'];
  readonly #state: MailboxState = { channel: undefined, usable: false, generation: 0 };
  readonly #session: MessageSession;
  readonly #unfinished: UnfinishedShare | undefined;
  readonly #order: ArrivalOrder;
  readonly #deliveries: Deliveries;
  readonly #acknowledgements: Acknowledgements;
  readonly #userOf: (channel: Channel) => ChannelUser;
  #outageTimer: unknown;

  constructor(
    { clock, peerCounters, pool, unfinished, held, presence, makeId, receiver, streams, events }: MailboxDeps,
    options: MailboxOptions,
  ) {
    this.peerCounters = peerCounters;
    this.presence = presence;
    this.#clock = clock;
    this.#events = events;
    this.#streams = streams;
    this.#unfinished = unfinished?.join(() => this.#dropUnfinished());
    const deliveries = new Deliveries(receiver, () => this.#acknowledgements);
    const { session, order } = createMailboxSession(
      { makeId, pool, held, receiver, events, room: this.#unfinished },
      options,
      {
        deliver: (kind, payload, handled) => deliveries.deliver(kind, payload, handled),
        refused: (error) => void this.fail(error),
        renewed: () => this.#renew(),
      },
    );
    this.#session = session;
    this.#order = order;
    this.#deliveries = deliveries;
    const state = this.#state;
    this.#acknowledgements = new Acknowledgements({ clock, session, state });
    this.#userOf = linkUserOf({ session, streams, presence, acknowledgements: this.#acknowledgements });
    this.outbox = new Outbox({ session, state, pool, peerCounters, settled: events.settled });
  }

  /** True if messages, either way, have no outcome yet. */
  get isUnsettled(): boolean {
    return this.#deliveries.running + this.#order.size > 0 || this.outbox.isBusy || this.#streams.isBusy;
  }

  /** True while there is no link, and its session waits for the next one. */
  get waitsForLink(): boolean {
    return this.#state.usable && this.#state.channel === undefined;
  }

  /** What a new link says first. */
  hello(): Hello {
    return this.#session.hello();
  }

  /**
   * A link opened, or took the place of the one before. What is accepted from now on is for the session at its other end.
   * Messages flow, both ways, once the returned function is called.
   */
  link(channel: Channel): () => void {
    const tookOver = this.#state.channel !== undefined;
    this.#detach();
    this.#clock.clearTimeout(this.#outageTimer);
    const { hello, features } = channel;
    if (!hello) return () => undefined;
    this.#state.channel = channel;
    this.#state.usable = true;
    this.#unfinished?.here(true);
    this.presence.link(hello.session, channel);
    // Before subscribers learn of the link: one may send at once, and means the session that is there now.
    const attached = this.#attach(hello, features);
    this.outbox.retry();
    return () => this.#begin(channel, attached, tookOver);
  }

  /** There is no link any more; the session waits for the next one. */
  unlink(): void {
    if (!this.#state.channel) return;
    this.#detach();
    this.#unfinished?.here(false);
    this.#outageTimer = this.#clock.setTimeout(() => {
      this.#endSession();
      this.#outageTimer = this.#clock.setTimeout(() => this.#expired(), limits.messages.rememberMs);
    }, limits.messages.outageMs);
    this.outbox.retry();
  }

  /** The connection was closed on purpose, or no link came in time: everything gets its outcome. */
  end(): void {
    this.#clock.clearTimeout(this.#outageTimer);
    this.#detach();
    if (this.#state.usable) this.#endSession();
    this.#streams.close();
  }

  #expired(): void {
    this.#streams.close();
    this.#events.expired();
  }

  /** Resolves when no message waits for an acknowledgement any more, or when none can come because there is no link. */
  flushed(): Promise<void> {
    this.#acknowledgements.flush();
    return this.outbox.flushed();
  }

  /** The peer sent what breaks the protocol: its link ends with this error. False if there is no link. */
  fail(error: LanpeerError): boolean {
    const { channel } = this.#state;
    channel?.fail(error);
    return channel !== undefined;
  }

  /** What became of the stream to the peer; an error if the hello of the peer cannot be true. */
  #attach(hello: Hello, features: readonly string[]): Attached | LanpeerError {
    try {
      const attached = this.#session.attach(hello, features);
      if (attached === 'ended') {
        this.#renew();
        this.#streams.ended();
      }
      return attached;
    } catch (error) {
      return asLanpeerError(error, 'ERR_INTERNAL');
    }
  }

  #begin(channel: Channel, attached: Attached | LanpeerError, tookOver: boolean): void {
    if (this.#state.channel !== channel) return;
    if (attached instanceof LanpeerError) {
      channel.fail(attached);
      return;
    }
    // A link that took over from one that was there changes nothing for the session.
    if (attached !== 'resumed' || !tookOver) this.#events.changed(attached === 'new' ? 'opened' : attached);
    this.#streams.link(channel);
    channel.attach(this.#userOf(channel));
  }

  #detach(): void {
    this.#state.channel?.detach();
    this.#streams.unlink();
    this.#state.channel = undefined;
    this.#acknowledgements.cancel();
    this.presence.unlink();
    this.#session.unlink();
  }

  #renew(): void {
    this.#state.generation += 1;
  }

  #endSession(): void {
    this.#state.usable = false;
    this.#renew();
    this.#session.expire();
    this.#order.clear();
    this.#streams.ended();
    this.presence.reset();
    this.#events.changed('ended');
    this.outbox.retry();
  }

  /** Other peers need the memory of this idle one: it learns that by the end of its link, or by the begin on the next. */
  #dropUnfinished(): void {
    this.#session.dropUnfinished();
    this.fail(new LanpeerError('ERR_BUSY', 'There is no room for its unfinished messages any more.'));
  }
}
