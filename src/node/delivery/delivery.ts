import { randomBytes } from 'node:crypto';
import type { Message } from '../../api/messages.ts';
import type { PeerStats } from '../../api/stats.ts';
import type { Clock } from '../../environment.ts';
import { asLanpeerError, type LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import type { Hello, MessageKind } from '../../protocol/frame-types.ts';
import type { Shares } from '../../protocol/shares.ts';
import { createUnfinished } from '../../protocol/unfinished.ts';
import { createPool } from '../../protocol/window.ts';
import type { NodeStreamsSource } from '../../streams/node-streams.ts';
import type { Listeners } from '../../util/listener-set.ts';
import { countOutcome, countRefusal, type NodeCounters } from '../monitoring/node-counters.ts';
import { createTally, peerStatsOf, type Tally } from '../monitoring/peer-counters.ts';
import type { ObservedMessage } from '../observer.ts';
import { createAbsent } from './absent-peers.ts';
import type { Decoding } from './decoding.ts';
import type { Handlers } from './handlers.ts';
import { createInbox } from './inbox.ts';
import { createMailbox, type Mailbox } from './mailbox.ts';
import { checkFits } from './message-size.ts';
import type { Requests } from './requests.ts';
import type { Reply, Responders } from './responders.ts';
import { reportProgress } from './transfers.ts';

/** The mailboxes of the peers that have a session, or had one not long ago. */
export interface Delivery {
  box(id: DeviceId): Mailbox;
  find(id: DeviceId): Mailbox | undefined;
  /** What a new link with that peer says first. */
  hello(id: DeviceId): Hello;
  /** NodeCounters of that peer; its mailbox is there once a link has greeted. */
  tally(id: DeviceId): Tally;
  /** Of those that have a place. */
  peers(): Record<DeviceId, PeerStats>;
  /** The connection was closed on purpose: its session is over. */
  drop(id: DeviceId): void;
  /** Another peer has the place of that one, which was last at that address: its session waits for it without one. */
  leave(id: DeviceId, address: string): void;
  /** Access changed: sessions that wait without a place are over where their peer is not let in any more. */
  review(admits: (id: DeviceId) => boolean): void;
  /** Peers with messages, either way, that have no fate yet. */
  unsettled(): DeviceId[];
  /** The node stops: so are all. */
  dropAll(): void;
  /** Resolves when every message that was accepted has its fate. */
  flushed(): Promise<unknown>;
}

export interface DeliveryOptions {
  readonly handlers: Handlers;
  readonly requests: Requests;
  readonly responders: Responders;
  readonly source: NodeStreamsSource;
  readonly counters: NodeCounters;
  readonly clock: Clock;
  /** Largest message that this node takes, in bytes and in values. */
  readonly messageBytes: number;
  readonly messageItems: number;
  /** What the messages of all peers share. */
  readonly shares: Shares;
  readonly decoding: Decoding;
  readonly report: (error: LanpeerError) => void;
  /** Messages that come, for those who asked to see them. */
  readonly passing: Listeners<[message: ObservedMessage]>;
}

export function createDelivery(options: DeliveryOptions): Delivery {
  const { handlers, requests, responders, source, counters, clock, passing } = options;
  const { messageBytes, messageItems: items, shares, decoding } = options;
  const boxes = new Map<DeviceId, Mailbox>();
  const pool = createPool(limits.messages.poolBytes);
  const unfinished = createUnfinished(limits.messages.unfinishedBytes + 2 * messageBytes, clock.monotonic);
  const absent = createAbsent(limits.messages.absent, drop);

  function drop(id: DeviceId): void {
    absent.delete(id);
    boxes.get(id)?.end();
    boxes.delete(id);
  }

  function hand(message: Message, tally: Tally): Promise<void> | undefined {
    counters.received += 1;
    tally.received += 1;
    if (!handlers.has(message.type) && !source.messagesObserved) counters.unhandled += 1;
    const { senderId: peer, type, data } = message;
    // Before the program, which may change it.
    if (passing.size > 0) passing.call({ direction: 'in', peer, type, data });
    source.message(message);
    return handlers.run(message);
  }

  function make(id: DeviceId): Mailbox {
    const tally = createTally();
    /** What it sent is not ours, which showed when it was decoded. */
    function refused(thrown: unknown): void {
      const error = asLanpeerError(thrown, 'ERR_PROTOCOL');
      if (!box.fail(error)) countRefusal(counters, error.code);
    }

    const inbox = createInbox(id, (message) => hand(message, tally), { items, shares, decoding, refused });
    responders.renew(id);

    function take(of: MessageKind, payload: Uint8Array, handled: () => void): void {
      if (of === 'message') inbox.take(payload, handled);
      else if (of === 'volatile') counters.dropped += inbox.takeVolatile(payload) ? 0 : 1;
      else if (of === 'request') {
        const { era } = box;
        const reply: Reply = async (kind, answer) => {
          // Another run of the peer must not get what the one before asked for.
          if (box.era !== era) return undefined;
          checkFits(kind, answer, items, box.takes);
          return box.send(kind, answer, {}, { era });
        };
        responders.take(id, payload, reply, refused);
      } else counters.dropped += requests.answered(id, of, payload, refused) ? 0 : 1;
    }

    const box = createMailbox({
      clock,
      tally,
      pool,
      messageBytes,
      messageItems: items,
      unfinished,
      admit(of, bytes) {
        if (of === 'message') inbox.admit(bytes);
        else if (of === 'request') responders.admit(id);
      },
      makeId: () => randomBytes(8).toString('hex'),
      hand: take,
      progress: reportProgress(source, id, 'in'),
      settled(of, fate) {
        if (of === 'message') countOutcome(counters, fate);
      },
      changed(change) {
        if (change === 'ended') requests.ended(id);
        // Nobody is there whom it could be told to.
        if (change === 'ended' && absent.has(id)) queueMicrotask(() => absent.has(id) && drop(id));
        if (change === 'gap') {
          inbox.renew();
          responders.renew(id);
        }
        source.session({ id, change, at: clock.now() });
      },
      forgotten: () => void boxes.delete(id),
    });
    boxes.set(id, box);
    return box;
  }

  /** Of a peer that has a place. */
  function boxOf(id: DeviceId): Mailbox {
    absent.delete(id);
    return boxes.get(id) ?? make(id);
  }

  return {
    box: boxOf,
    find: (id) => boxes.get(id),
    hello: (id) => boxOf(id).hello(),
    tally: (id) => boxOf(id).tally,
    peers() {
      const present = [...boxes].filter(([id]) => !absent.has(id));
      return Object.fromEntries(present.map(([id, { tally }]) => [id, peerStatsOf(tally)]));
    },
    drop,
    leave(id, address) {
      const box = boxes.get(id);
      if (box?.waitsForLink) absent.add(id, address, box.unsettled ? limits.messages.absentUnsettled : 1);
      else drop(id);
    },
    review(admits) {
      for (const id of absent.ids()) if (!admits(id)) drop(id);
    },
    unsettled: () => [...boxes].flatMap(([id, box]) => (box.unsettled ? [id] : [])),
    dropAll() {
      absent.clear();
      for (const box of boxes.values()) box.end();
      boxes.clear();
    },
    flushed: () => Promise.all([...boxes.values()].map((box) => box.flushed())),
  };
}
