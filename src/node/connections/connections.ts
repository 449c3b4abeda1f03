import type { ConnectionChange, Peer } from '../../api/peers.ts';
import type { Clock, Logger } from '../../environment.ts';
import type { ConnectionContext } from '../../machines/connection/context.ts';
import type { ConnectionState } from '../../machines/reasons.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import type { NodeStreamsSource } from '../../streams/node-streams.ts';
import { createListeners } from '../../util/listener-set.ts';
import type { Delivery } from '../delivery/delivery.ts';
import type { Link } from '../links/link.ts';
import type { Links } from '../links/links.ts';
import type { SignallingSessions } from '../links/signalling-sessions.ts';

/** What the connection machines report, made visible: streams, peers, mailboxes. */
export interface Connections {
  report(context: ConnectionContext): void;
  /** Generation of the open link to that peer; 0 for none. One that owes an answer is not vouched for: it is not `held`. */
  held(id: DeviceId): { readonly held: number; readonly generation: number };
  /** The state of every connection. */
  readonly states: ReadonlyMap<DeviceId, ConnectionState>;
  /** True if there is a connection to that peer, in any state. */
  has(id: DeviceId): boolean;
  /** Connections in any state. */
  readonly size: number;
  /** A round trip over that link took so long, ms. */
  measured(id: DeviceId, no: number, ms: number): void;
  counts(): Record<ConnectionState, number>;
  /** Calls back at every change, until the returned function is called. */
  watch(listener: (change: ConnectionChange) => void): () => void;
}

export interface ConnectionsDeps {
  readonly source: NodeStreamsSource;
  readonly delivery: Delivery;
  readonly links: Pick<Links, 'get'>;
  readonly sessions: Pick<SignallingSessions, 'get'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export function createConnections(options: ConnectionsDeps): Connections {
  const { source, delivery, links, sessions, clock, logger } = options;
  const states = new Map<DeviceId, ConnectionState>();
  const open = new Map<DeviceId, Link>();
  /** Where each peer was last. */
  const addresses = new Map<DeviceId, string>();
  /** Smoothed round-trip times of the open links, ms. */
  const smoothed = new Map<DeviceId, number>();
  const watchers = createListeners<[change: ConnectionChange]>();

  function peerOf({ id, link }: ConnectionContext, at: number): Peer | null {
    if (!link) return null;
    const before = source.peers.get(id);
    const session = link.signalling === null ? undefined : sessions.get(link.signalling);
    return {
      id,
      name: session?.greeting.name ?? before?.name ?? '',
      via: link.via,
      address: session?.remoteAddress ?? before?.address ?? '',
      since: before?.since ?? at,
      roundTripMs: smoothed.get(id) ?? null,
    };
  }

  function linkUp(context: ConnectionContext): () => void {
    const { id, link } = context;
    const present = link ? links.get(id, link.no) : undefined;
    if (!present) return () => undefined;
    open.set(id, present);
    const session = link?.signalling && sessions.get(link.signalling);
    if (session) addresses.set(id, session.remoteAddress);
    smoothed.delete(id);
    return delivery.mailbox(id).link(present.channel);
  }

  function linkDown(id: DeviceId): void {
    open.delete(id);
    smoothed.delete(id);
    delivery.find(id)?.unlink();
  }

  return {
    states,
    report(context) {
      const { id, state, reason, code } = context;
      const { attempt, next } = context.retry;
      const previous = states.get(id) ?? null;
      const at = clock.now();
      const gaveUp = state === 'failed' && next === null;
      const via = state === 'connected' ? (context.link?.via ?? null) : null;
      if (state === 'closed') states.delete(id);
      else states.set(id, state);

      const begin = state === 'connected' ? linkUp(context) : undefined;
      if (state !== 'connected' && previous === 'connected') linkDown(id);
      if (state === 'closed') {
        if (reason === 'evicted') delivery.evict(id, addresses.get(id) ?? '');
        else delivery.drop(id);
        addresses.delete(id);
      }
      source.setPeer(id, state === 'connected' ? peerOf(context, at) : null);

      const change: ConnectionChange = { id, state, previous, reason, code, via, attempt, next, gaveUp, at };
      logger.info(change, `connection ${state}: ${reason}`);
      // A watcher that is added because of this change waits for what comes after it.
      const tell = watchers.prepare();
      source.connection(change);
      tell(change);
      begin?.();
    },
    held(id) {
      const link = open.get(id);
      const generation = link?.generation ?? 0;
      return { generation, held: link?.channel.answered ? generation : 0 };
    },
    measured(id, no, ms) {
      const peer = source.peers.get(id);
      if (!peer || open.get(id) !== links.get(id, no)) return;
      const before = smoothed.get(id);
      const now = before === undefined ? ms : before + (ms - before) / 8;
      smoothed.set(id, now);
      const { roundTripMs } = peer;
      if (roundTripMs === null || Math.abs(now - roundTripMs) > roundTripMs / 4)
        source.setPeer(id, { ...peer, roundTripMs: now });
    },
    has: (id) => states.has(id),
    get size() {
      return states.size;
    },
    counts() {
      const counts = { new: 0, connecting: 0, connected: 0, failed: 0, closed: 0 };
      for (const state of states.values()) counts[state] += 1;
      return counts;
    },
    watch: (listener) => watchers.add(listener),
  };
}
