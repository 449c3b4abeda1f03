import type { ConnectionChange, Peer } from '../../api/peers.ts';
import type { Clock, Logger } from '../../environment.ts';
import type { ConnectionContext } from '../../machines/connection/context.ts';
import type { ConnectionState, Reason } from '../../machines/connection/reasons.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import type { NodeStreamsSource } from '../../streams/node-streams.ts';
import { createListeners } from '../../util/listener-set.ts';
import type { Delivery } from '../delivery/delivery.ts';
import type { Link } from '../links/link.ts';
import type { Links } from '../links/links.ts';
import type { SignallingSessions } from '../links/signalling-sessions.ts';
import { showPresence } from '../presence/show-presence.ts';

export interface ConnectionsDeps {
  readonly source: NodeStreamsSource;
  readonly delivery: Delivery;
  readonly links: Pick<Links, 'get'>;
  readonly sessions: Pick<SignallingSessions, 'get'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What the connection machines report, made visible: streams, peers, mailboxes. */
export class Connections {
  readonly #deps: ConnectionsDeps;
  readonly #states = new Map<DeviceId, ConnectionState>();
  readonly #open = new Map<DeviceId, Link>();
  /** Where each peer was last. */
  readonly #addresses = new Map<DeviceId, string>();
  /** Smoothed round-trip times of the open links, ms. */
  readonly #smoothed = new Map<DeviceId, number>();
  readonly #watchers = createListeners<[change: ConnectionChange]>();

  constructor(deps: ConnectionsDeps) {
    this.#deps = deps;
  }

  /** The state of every connection. */
  get states(): ReadonlyMap<DeviceId, ConnectionState> {
    return this.#states;
  }

  /** Connections in any state. */
  get size(): number {
    return this.#states.size;
  }

  /** True if there is a connection to that peer, in any state. */
  has(id: DeviceId): boolean {
    return this.#states.has(id);
  }

  counts(): Record<ConnectionState, number> {
    const counts = { new: 0, connecting: 0, connected: 0, failed: 0, closed: 0 };
    for (const state of this.#states.values()) counts[state] += 1;
    return counts;
  }

  /** Calls back at every change, until the returned function is called. */
  watch(listener: (change: ConnectionChange) => void): () => void {
    return this.#watchers.add(listener);
  }

  /** Generation of the open link to that peer; 0 for none. One that owes an answer is not vouched for: it is not `held`. */
  held(id: DeviceId): { readonly held: number; readonly generation: number } {
    const link = this.#open.get(id);
    const generation = link?.generation ?? 0;
    return { generation, held: link?.channel.answered ? generation : 0 };
  }

  /** A round trip over that link took so long, ms. */
  measured(id: DeviceId, no: number, ms: number): void {
    const { source, links } = this.#deps;
    const peer = source.peers.get(id);
    if (!peer || this.#open.get(id) !== links.get(id, no)) return;
    const before = this.#smoothed.get(id);
    const now = before === undefined ? ms : before + (ms - before) / 8;
    this.#smoothed.set(id, now);
    const { roundTripMs } = peer;
    if (roundTripMs === null || Math.abs(now - roundTripMs) > roundTripMs / 4)
      source.setPeer(id, { ...peer, roundTripMs: now });
  }

  report(context: ConnectionContext): void {
    const { source, clock, logger } = this.#deps;
    const { id, state, reason, code } = context;
    const { attempt, next } = context.retry;
    const previous = this.#states.get(id) ?? null;
    const at = clock.now();
    const gaveUp = state === 'failed' && next === null;
    const via = state === 'connected' ? (context.link?.via ?? null) : null;
    if (state === 'closed') this.#states.delete(id);
    else this.#states.set(id, state);

    const begin = state === 'connected' ? this.#linkUp(context) : undefined;
    if (state !== 'connected' && previous === 'connected') this.#linkDown(id);
    if (state === 'closed') this.#closed(id, reason);
    source.setPeer(id, state === 'connected' ? this.#peerOf(context, at) : null);

    const change: ConnectionChange = { id, state, previous, reason, code, via, attempt, next, gaveUp, at };
    logger.info(change, `connection ${state}: ${reason}`);
    // A watcher that is added because of this change waits for what comes after it.
    const tell = this.#watchers.prepare();
    source.connection(change);
    tell(change);
    begin?.();
  }

  #peerOf({ id, link }: ConnectionContext, at: number): Peer | null {
    if (!link) return null;
    const { source, sessions, delivery } = this.#deps;
    const before = source.peers.get(id);
    const session = link.signalling === null ? undefined : sessions.get(link.signalling);
    return {
      id,
      name: session?.greeting.name ?? before?.name ?? '',
      via: link.via,
      address: session?.remoteAddress ?? before?.address ?? '',
      since: before?.since ?? at,
      roundTripMs: this.#smoothed.get(id) ?? null,
      ...showPresence(delivery.find(id)?.presence.current),
    };
  }

  #linkUp({ id, link }: ConnectionContext): () => void {
    const { links, sessions, delivery } = this.#deps;
    const present = link ? links.get(id, link.no) : undefined;
    if (!present) return () => undefined;
    this.#open.set(id, present);
    const session = link?.signalling && sessions.get(link.signalling);
    if (session) this.#addresses.set(id, session.remoteAddress);
    this.#smoothed.delete(id);
    return delivery.mailbox(id).link(present.channel);
  }

  #linkDown(id: DeviceId): void {
    this.#open.delete(id);
    this.#smoothed.delete(id);
    this.#deps.delivery.find(id)?.unlink();
  }

  #closed(id: DeviceId, reason: Reason): void {
    const { delivery } = this.#deps;
    if (reason === 'evicted') delivery.evict(id, this.#addresses.get(id) ?? '');
    else delivery.drop(id);
    this.#addresses.delete(id);
  }
}
