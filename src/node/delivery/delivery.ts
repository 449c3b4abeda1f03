import type { PeerStats } from '../../api/stats.ts';
import { limits } from '../../limits.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import type { Hello } from '../../protocol/frame-types.ts';
import { Unfinished } from '../../protocol/message-session/unfinished.ts';
import { createPool } from '../../protocol/message-session/window.ts';
import { type PeerCounters, peerStatsOf } from '../monitoring/peer-counters.ts';
import { AbsentPeers } from './absent-peers.ts';
import type { Mailbox } from './mailbox.ts';
import { PeerMessages } from './peer-messages.ts';
import type { PeerMessagesDeps, PeerMessagesEvents, PeerMessagesOptions } from './peer-messages-deps.ts';

export type DeliveryDeps = Omit<PeerMessagesDeps, 'pool' | 'unfinished'>;

export type DeliveryOptions = PeerMessagesOptions;

/** The mailboxes of the peers that have a message session, or had one not long ago. */
export class Delivery {
  readonly #deps: PeerMessagesDeps;
  readonly #options: DeliveryOptions;
  readonly #events: PeerMessagesEvents;
  readonly #mailboxes = new Map<DeviceId, Mailbox>();
  readonly #absent: AbsentPeers;

  constructor(deps: DeliveryDeps, options: DeliveryOptions) {
    const { poolBytes, unfinishedBytes, absent } = limits.messages;
    const pool = createPool(poolBytes);
    const unfinished = new Unfinished(unfinishedBytes + 2 * options.maxMessageBytes, deps.clock.monotonic);
    this.#deps = { ...deps, pool, unfinished };
    this.#options = options;
    this.#absent = new AbsentPeers(absent, (id) => this.drop(id));
    this.#events = {
      // Nothing waits for the return of a peer without a session.
      ended: (id) => {
        if (this.#absent.has(id)) queueMicrotask(() => this.#absent.has(id) && this.drop(id));
      },
      expired: (id) => void this.#mailboxes.delete(id),
    };
  }

  /** The mailbox of a peer that has a place: from now on it is not absent. */
  mailbox(id: DeviceId): Mailbox {
    this.#absent.delete(id);
    const known = this.#mailboxes.get(id);
    if (known) return known;
    const { mailbox } = new PeerMessages(id, this.#deps, this.#options, this.#events);
    this.#mailboxes.set(id, mailbox);
    return mailbox;
  }

  find(id: DeviceId): Mailbox | undefined {
    return this.#mailboxes.get(id);
  }

  /** What a new link with that peer says first. */
  hello(id: DeviceId): Hello {
    return this.mailbox(id).hello();
  }

  /** Counters of that peer; its mailbox is there once a link has greeted. */
  peerCounters(id: DeviceId): PeerCounters {
    return this.mailbox(id).peerCounters;
  }

  /** Of the peers that have a place. */
  peers(): Record<DeviceId, PeerStats> {
    const present = [...this.#mailboxes].filter(([id]) => !this.#absent.has(id));
    return Object.fromEntries(present.map(([id, { peerCounters }]) => [id, peerStatsOf(peerCounters)]));
  }

  /** The connection was closed on purpose: its session is over. */
  drop(id: DeviceId): void {
    this.#absent.delete(id);
    this.#mailboxes.get(id)?.end();
    this.#mailboxes.delete(id);
  }

  /** Another peer has the place of that one, which was last at that address: its session waits for it without one. */
  evict(id: DeviceId, address: string): void {
    const mailbox = this.#mailboxes.get(id);
    if (mailbox?.waitsForLink) this.#absent.add(id, address, mailbox.isUnsettled ? limits.messages.absentUnsettled : 1);
    else this.drop(id);
  }

  /** Access changed: sessions that wait without a place are over where their peer is not let in any more. */
  review(admits: (id: DeviceId) => boolean): void {
    for (const id of this.#absent.ids()) if (!admits(id)) this.drop(id);
  }

  /** Peers with messages, either way, that have no outcome yet. */
  unsettled(): DeviceId[] {
    return [...this.#mailboxes].flatMap(([id, mailbox]) => (mailbox.isUnsettled ? [id] : []));
  }

  /** There is something new to say of this node to each peer; false if none has a link. */
  wake(): boolean {
    return [...this.#mailboxes.values()].filter(({ presence }) => presence.wake()).length > 0;
  }

  /** The node stops: so do all sessions. */
  dropAll(): void {
    this.#absent.clear();
    for (const mailbox of this.#mailboxes.values()) mailbox.end();
    this.#mailboxes.clear();
    this.#deps.ownPresence.stop();
  }

  /** Resolves when every message that was accepted has its outcome, or cannot get one because there is no link. */
  flushed(): Promise<unknown> {
    return Promise.all([...this.#mailboxes.values()].map((mailbox) => mailbox.flushed()));
  }
}
