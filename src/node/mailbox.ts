import type { Message, Receipt, SendOptions } from '../api.ts';
import type { Clock } from '../environment.ts';
import { LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { DeviceId } from '../protocol/device-id.ts';
import { createOutbox, type MessageFate } from '../protocol/outbox.ts';
import type { Channel } from './channel.ts';
import { createInbox } from './inbox.ts';

/** Messages to and from one peer, over whatever link it has at the moment. */
export interface Mailbox {
  /** Resolves when the message is accepted. Rejects with `ERR_NO_PEER`, `ERR_BACKPRESSURE` or `ERR_ABORTED`. */
  send(payload: Uint8Array, options: SendOptions): Promise<Receipt>;
  /**
   * A link opened, or took the place of the one before: from now on messages are accepted. They flow, both ways, once
   * the returned function is called.
   */
  link(channel: Channel): () => void;
  /** There is no link any more: everything that is not acknowledged gets its fate. */
  unlink(): void;
  /** Resolves when nothing waits for an acknowledgement any more. */
  flushed(): Promise<void>;
}

export interface MailboxOptions {
  readonly peerId: DeviceId;
  readonly clock: Clock;
  hand(message: Message): Promise<void> | undefined;
  settled(fate: MessageFate): void;
}

export function createMailbox({ peerId, clock, hand, settled }: MailboxOptions): Mailbox {
  const outbox = createOutbox({ messages: limits.messages.queued, bytes: limits.messages.queuedBytes });
  const inbox = createInbox(peerId, hand);
  /** Senders that wait for room, in order; each returns false while it has to go on waiting. */
  const senders: (() => boolean)[] = [];
  const flushers = new Set<() => void>();
  let channel: Channel | undefined;
  let acknowledgeNow = (): void => undefined;

  /** Something was settled or unlinked: whoever waits looks again. */
  function stir(): void {
    while (senders[0]?.()) senders.shift();
    if (outbox.size > 0) return;
    for (const done of flushers) done();
    flushers.clear();
  }

  function accept(payload: Uint8Array): Receipt | undefined {
    let resolve: (fate: MessageFate) => void = () => undefined;
    const delivered = new Promise<MessageFate>((done) => {
      resolve = done;
    });
    const accepted = outbox.accept(payload, (fate) => {
      settled(fate);
      resolve(fate);
    });
    if (!accepted) return undefined;
    channel?.wake();
    return { delivered };
  }

  function unlink(all: boolean): void {
    acknowledgeNow();
    acknowledgeNow = () => undefined;
    channel = undefined;
    outbox.unlink(all);
    stir();
  }

  return {
    send(payload, { wait = true, signal }) {
      if (signal?.aborted) return Promise.reject(new LanpeerError('ERR_ABORTED'));
      if (!channel) return Promise.reject(new LanpeerError('ERR_NO_PEER'));
      const receipt = senders.length === 0 || !wait ? accept(payload) : undefined;
      if (receipt) return Promise.resolve(receipt);
      if (!wait) return Promise.reject(new LanpeerError('ERR_BACKPRESSURE'));
      return new Promise((resolve, reject) => {
        const look = (): boolean => {
          const late = channel && accept(payload);
          if (channel && !late) return false;
          signal?.removeEventListener('abort', abort);
          if (late) resolve(late);
          else reject(new LanpeerError('ERR_NO_PEER', 'The connection ended before the queue had room.'));
          return true;
        };
        const abort = (): void => {
          senders.splice(senders.indexOf(look), 1);
          reject(new LanpeerError('ERR_ABORTED'));
        };
        signal?.addEventListener('abort', abort, { once: true });
        senders.push(look);
      });
    },
    link(next) {
      if (channel) unlink(false);
      channel = next;
      let taken = 0;
      let handled = 0;
      let acknowledged = 0;
      let timer: unknown;
      const acknowledge = (): void => {
        clock.clearTimeout(timer);
        timer = undefined;
        if (acknowledged === handled) return;
        acknowledged = handled;
        next.write({ kind: 'ack', seq: handled });
      };
      acknowledgeNow = acknowledge;
      return () =>
        next.attach({
          pull() {
            const message = channel === next ? outbox.pull() : undefined;
            return message && { kind: 'message', ...message };
          },
          message(seq, payload) {
            if (seq !== taken + 1) throw new LanpeerError('ERR_PROTOCOL', 'A message is out of order.');
            taken = seq;
            inbox.take(payload, () => {
              handled += 1;
              if (channel !== next) return;
              if (handled - acknowledged >= limits.messages.ackEvery) acknowledge();
              else timer ??= clock.setTimeout(acknowledge, limits.messages.ackMs);
            });
          },
          ack(seq) {
            if (!outbox.acknowledge(seq))
              throw new LanpeerError('ERR_PROTOCOL', 'A message was acknowledged that was not sent.');
            stir();
          },
        });
    },
    unlink: () => unlink(true),
    flushed() {
      acknowledgeNow();
      if (outbox.size === 0) return Promise.resolve();
      return new Promise((resolve) => void flushers.add(resolve));
    },
  };
}
