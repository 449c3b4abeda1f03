import type { Receipt, SendOptions } from '../../api/messages.ts';
import type { Clock } from '../../environment.ts';
import { abortedBy, asLanpeerError, LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { Hello, MessageKind } from '../../protocol/frame-types.ts';
import type { DeliveryOutcome } from '../../protocol/out-stream.ts';
import {
  type Attached,
  createSession,
  type MessageSize,
  type Session,
  type SessionOptions,
} from '../../protocol/session.ts';
import type { Unfinished } from '../../protocol/unfinished.ts';
import type { Channel } from '../links/channel.ts';
import { countAccepted, countSettled, type Tally } from '../monitoring/peer-counters.ts';
import { createWaiting, type Waiting } from './wait-queue.ts';

/** What happened to the session of a mailbox. `ended`: everything that was accepted has its fate. */
export type SessionChangeKind = 'opened' | 'resumed' | 'ended' | 'gap';

/** What becomes of an accepted message, told at once. */
export interface Watch {
  readonly progress?: (bytes: number) => void;
  readonly fate?: (fate: DeliveryOutcome) => void;
  /** The {@link Mailbox.era} of what is answered: after it the answer is refused with `ERR_NO_PEER`. */
  readonly era?: number;
}

/** Messages to and from one peer, over whatever link it has at the moment. */
export interface Mailbox {
  /** Resolves when the message is accepted. Rejects with `ERR_NO_PEER`, `ERR_BACKPRESSURE` or `ERR_ABORTED`. */
  send(of: MessageKind, payload: Uint8Array, options?: SendOptions, watch?: Watch): Promise<Receipt>;
  /** What a new link says first. */
  hello(): Hello;
  /**
   * A link opened, or took the place of the one before. What is accepted from now on is for the session at its other end.
   * Messages flow, both ways, once the returned function is called.
   */
  link(channel: Channel): () => void;
  /** There is no link any more; the session waits for the next one. */
  unlink(): void;
  /** The connection was closed on purpose, or nobody came back in time: everything gets its fate. */
  end(): void;
  /** Resolves when nothing waits for an acknowledgement any more, or cannot get one. */
  flushed(): Promise<void>;
  /** True if messages, either way, have no fate yet. */
  readonly unsettled: boolean;
  /** True while there is no link, and its session waits for the next one. */
  readonly waitsForLink: boolean;
  /** Largest message that the peer takes. */
  readonly takes: MessageSize;
  /** The peer sent what is not ours: its link ends with this error. False if there is no link. */
  fail(error: LanpeerError): boolean;
  /** Changes when messages of before are not to be answered any more. */
  readonly era: number;
  readonly tally: Tally;
}

export interface MailboxOptions extends Omit<SessionOptions, 'gap' | 'room'> {
  readonly clock: Clock;
  readonly tally: Tally;
  /** Memory of unfinished messages. */
  readonly unfinished?: Unfinished;
  readonly settled: (of: MessageKind, fate: DeliveryOutcome) => void;
  readonly changed: (change: SessionChangeKind) => void;
  /** Nobody needs to know of it any more. */
  readonly forgotten: () => void;
}

export function createMailbox(options: MailboxOptions): Mailbox {
  const { clock, tally, settled, changed, pool, unfinished } = options;
  /** Others need the memory of this idle peer: if it has a link it is told by its end, else by the beginning of the next. */
  const share = unfinished?.join(() => {
    session.dropUnfinished();
    channel?.fail(new LanpeerError('ERR_BUSY', 'There is no room for its unfinished messages any more.'));
  });
  const session: Session = createSession({
    ...options,
    ...(share && { room: share }),
    hand(of, payload, handled) {
      if (of === 'message') handing += 1;
      options.hand(of, payload, () => {
        if (of === 'message') handing -= 1;
        handled();
        if (of === 'message' && channel && payload.byteLength >= limits.messages.promptBytes) acknowledge();
        else owe();
      });
    },
    gap() {
      changed('gap');
      era += 1;
    },
  });
  // Each by itself: an answer must not wait behind a message whose handler waits for that very answer.
  const lines = { message: createWaiting(), call: createWaiting(), volatile: createWaiting() };
  const lineOf = (of: MessageKind): Waiting => (of === 'message' || of === 'volatile' ? lines[of] : lines.call);
  const areWaiting = (): boolean => Object.values(lines).some(({ size }) => size > 0);
  const flushers = new Set<() => void>();
  let channel: Channel | undefined;
  let usable = false;
  let era = 0;
  /** Messages whose handlers have not settled. */
  let handing = 0;
  let ackTimer: unknown;
  let outageTimer: unknown;
  let offRoom = (): void => undefined;

  /** Something was settled or unlinked: whoever waits looks again. */
  function stir(): void {
    for (const line of Object.values(lines)) line.look();
    if (!areWaiting()) {
      offRoom();
      offRoom = () => undefined;
    }
    if (session.size > 0 && channel) return;
    for (const done of flushers) done();
    flushers.clear();
  }

  function accept(of: MessageKind, payload: Uint8Array, watch?: Watch): Receipt | undefined {
    let resolve: (fate: DeliveryOutcome) => void = () => undefined;
    const delivered = new Promise<DeliveryOutcome>((done) => {
      resolve = done;
    });
    const accepted = session.accept({
      of,
      payload,
      progress: watch?.progress,
      settle(fate) {
        countSettled(tally, of, payload.byteLength);
        settled(of, fate);
        watch?.fate?.(fate);
        resolve(fate);
        stirSoon();
      },
    });
    if (!accepted) return undefined;
    countAccepted(tally, of, payload.byteLength);
    channel?.wake();
    return { delivered };
  }

  let stirring = false;
  /** Many messages are settled by one acknowledgement: the rest is done once. */
  function stirSoon(): void {
    if (stirring) return;
    stirring = true;
    queueMicrotask(() => {
      stirring = false;
      stir();
    });
  }

  function acknowledge(): void {
    clock.clearTimeout(ackTimer);
    ackTimer = undefined;
    if (session.owed === 0) return;
    session.acknowledge();
    channel?.wake();
  }

  function owe(): void {
    if (!channel || session.owed === 0) return;
    if (session.owed >= limits.messages.ackEvery) acknowledge();
    else ackTimer ??= clock.setTimeout(acknowledge, limits.messages.ackMs);
  }

  function release(): void {
    channel?.detach();
    channel = undefined;
    clock.clearTimeout(ackTimer);
    ackTimer = undefined;
    session.unlink();
  }

  function forget(): void {
    usable = false;
    era += 1;
    session.expire();
    changed('ended');
    stir();
  }

  /** What became of the stream to the other side; an error if the other side's hello cannot be true. */
  function attach(hello: Hello): Attached | LanpeerError {
    try {
      const attached = session.attach(hello);
      if (attached === 'ended') era += 1;
      return attached;
    } catch (thrown) {
      return asLanpeerError(thrown, 'ERR_INTERNAL');
    }
  }

  function begin(next: Channel, attached: Attached | LanpeerError, tookOver: boolean): void {
    if (channel !== next) return;
    if (attached instanceof LanpeerError) {
      next.fail(attached);
      return;
    }
    // A link that took over from one that was there changes nothing for the session.
    if (attached !== 'resumed' || !tookOver) changed(attached === 'new' ? 'opened' : attached);
    next.attach({
      pull: session.pull,
      take(frame) {
        session.take(frame);
        // It may have opened the window, with a transport that sent everything long ago and has nothing more to tell.
        if (frame.kind === 'ack') next.wake();
        owe();
      },
    });
  }

  return {
    send(of, payload, { wait = true, signal } = {}, watch) {
      if (signal?.aborted) return Promise.reject(abortedBy(signal));
      if (!usable || (of === 'volatile' && !channel)) return Promise.reject(new LanpeerError('ERR_NO_PEER'));
      const waiting = lineOf(of);
      const receipt = waiting.size === 0 || !wait ? accept(of, payload, watch) : undefined;
      if (receipt) return Promise.resolve(receipt);
      if (!wait) return Promise.reject(new LanpeerError('ERR_BACKPRESSURE'));
      if (!areWaiting()) offRoom = pool.onRoom(stirSoon);
      return waiting.join(signal, () => {
        if (!usable || (watch?.era ?? era) !== era)
          throw new LanpeerError('ERR_NO_PEER', 'The connection ended before the queue had room.');
        return accept(of, payload, watch);
      });
    },
    hello: session.hello,
    link(next) {
      const tookOver = channel !== undefined;
      release();
      clock.clearTimeout(outageTimer);
      const { hello } = next;
      if (!hello) return () => undefined;
      channel = next;
      usable = true;
      share?.here(true);
      // Before anybody is told of the link: whoever is told may send at once, and means who is there now.
      const attached = attach(hello);
      stir();
      return () => begin(next, attached, tookOver);
    },
    unlink() {
      if (!channel) return;
      release();
      share?.here(false);
      outageTimer = clock.setTimeout(() => {
        forget();
        outageTimer = clock.setTimeout(options.forgotten, limits.messages.rememberMs);
      }, limits.messages.outageMs);
      stir();
    },
    end() {
      clock.clearTimeout(outageTimer);
      release();
      if (usable) forget();
    },
    flushed() {
      acknowledge();
      if (session.size === 0 || !channel) return Promise.resolve();
      return new Promise((resolve) => void flushers.add(resolve));
    },
    get unsettled() {
      return session.size > 0 || handing > 0 || areWaiting();
    },
    get waitsForLink() {
      return usable && channel === undefined;
    },
    get takes() {
      return session.takes;
    },
    fail(error) {
      const failing = channel;
      failing?.fail(error);
      return failing !== undefined;
    },
    get era() {
      return era;
    },
    tally,
  };
}
