import type { AnyActorRef } from 'xstate';
import type { ConnectionSnapshot } from '../connection/machine.ts';
import type { Reason } from '../connection/reasons.ts';
import type { NodeContext } from './context.ts';

/** What asks for one of the connections of a node. */
export interface CapacityRequest {
  readonly reason: Reason;
  /** Source of the announcement; absent where it was not announced, or nothing is known of it. */
  readonly source: string | undefined;
  /** Uniform in [0, 1): which of several equal connections is evicted. */
  readonly chance: number;
  /** Peers with messages, either way, that are not settled. */
  readonly unsettled: readonly string[];
}

/** `evicted`: the connection that has to be closed for it. */
export type Capacity = { readonly evicted?: AnyActorRef };

interface Entry {
  readonly id: string;
  readonly child: AnyActorRef;
  readonly snapshot: ConnectionSnapshot;
}

/** A device that was only announced: no session has proven that it is there, and the program did not ask for it. */
const isUnverified = ({ snapshot: { context } }: Entry): boolean =>
  context.peer.incarnation === null && !context.dial.explicit && !context.demands.includes('program');

const hasGivenUp = ({ snapshot }: Entry): boolean => snapshot.matches({ failed: 'gaveUp' });

/** The program asked for it, or a link with it was stable: no new identity evicts it while it is tried. */
const isProtected = ({ snapshot: { context } }: Entry): boolean =>
  context.uptime.stable || context.demands.includes('program');

/** Nothing shows that the other side is there now. */
const isOffline = ({ snapshot }: Entry): boolean =>
  !snapshot.matches('connected') && snapshot.context.signalling.length === 0;

/** Monotonic time at which it was lost; never reached: when the first attempt failed; none has failed: last of all. */
const offlineSince = ({ snapshot: { context } }: Entry): number =>
  context.uptime.lostAt ?? context.retry.failingSince ?? Number.POSITIVE_INFINITY;

const pick = (entries: readonly Entry[], chance: number): Entry | undefined =>
  entries[Math.min(entries.length - 1, Math.floor(chance * entries.length))];

const longestOffline = (entries: readonly Entry[]): Entry | undefined =>
  entries.reduce<Entry | undefined>(
    (best, one) => (best && offlineSince(best) <= offlineSince(one) ? best : one),
    undefined,
  );

const sourceOf = ({ snapshot: { context } }: Entry): string | undefined => context.source ?? undefined;

/** How many of these connections each source has. */
function countBySource(entries: readonly Entry[]): ReadonlyMap<string | undefined, number> {
  const counts = new Map<string | undefined, number>();
  for (const entry of entries) counts.set(sourceOf(entry), (counts.get(sourceOf(entry)) ?? 0) + 1);
  return counts;
}

/** Those of the sources that have most of them. */
function ofLargestSources(unverified: readonly Entry[]): readonly Entry[] {
  const counts = countBySource(unverified);
  const most = Math.max(...counts.values());
  return unverified.filter((entry) => counts.get(sourceOf(entry)) === most);
}

/**
 * The unverified device that is evicted for another one: any of the largest source while the other source has less, else
 * one that was dialed in vain. A device that is being dialed for the first time is not evicted.
 */
function findUnverified(unverified: readonly Entry[], { source, chance }: CapacityRequest): Entry | undefined {
  const counts = countBySource(unverified);
  const own = counts.get(source) ?? 0;
  const largest = ofLargestSources(unverified);
  const [most = 0] = largest.map((entry) => counts.get(sourceOf(entry)) ?? 0);
  if (own + 1 < most) return pick(largest, chance);
  const failed = unverified.filter(
    (entry) => entry.snapshot.matches('failed') && (counts.get(sourceOf(entry)) ?? 0) >= own,
  );
  return pick(failed, chance);
}

/** Connections that peers keep in an outage because they were stable: 30 s of a link are all that this takes. */
const stableCapacity = (maxPeers: number): number => Math.max(1, Math.floor(maxPeers / 2));

/** Of those that were stable more than may be kept: the one that had a link for the shortest time. */
function findStable(all: readonly Entry[], maxPeers: number): Entry | undefined {
  const kept = all.filter((entry) => isOffline(entry) && entry.snapshot.context.uptime.stable);
  if (kept.length <= stableCapacity(maxPeers)) return undefined;
  const totalMs = ({ snapshot }: Entry): number => snapshot.context.uptime.totalMs;
  const open = kept.filter(({ snapshot }) => !snapshot.context.demands.includes('program'));
  return open.reduce<Entry | undefined>(
    (least, one) => (least && totalMs(least) <= totalMs(one) ? least : one),
    undefined,
  );
}

/** The connection that is evicted for a peer that is there now: first those of which least is known, or least is lost. */
function findEvicted(
  all: readonly Entry[],
  maxPeers: number,
  { chance, unsettled }: CapacityRequest,
): Entry | undefined {
  const done = all.filter(hasGivenUp);
  const unverified = all.filter(isUnverified);
  const offline = all.filter((entry) => isOffline(entry) && !isProtected(entry));
  return (
    longestOffline(done.filter((entry) => !isProtected(entry))) ??
    (unverified.length > 0 ? pick(ofLargestSources(unverified), chance) : undefined) ??
    longestOffline(offline.filter(({ id }) => !unsettled.includes(id))) ??
    longestOffline(offline) ??
    longestOffline(done) ??
    findStable(all, maxPeers)
  );
}

/** Connections to devices of which nothing is proven: invented devices must not keep the real ones out. */
const unverifiedCapacity = (maxPeers: number): number => Math.max(1, Math.floor(maxPeers / 2));

/** Whether these connections leave room for one more, and what has to be evicted for it; undefined if there is none. */
export function findCapacity(
  connections: ReadonlyMap<string, AnyActorRef>,
  { maxPeers }: Pick<NodeContext, 'maxPeers'>,
  request: CapacityRequest,
): Capacity | undefined {
  const isFull = connections.size >= maxPeers;
  const isAnnounced = request.reason === 'announced';
  if (!isFull && (!isAnnounced || connections.size < unverifiedCapacity(maxPeers))) return {};
  const all = [...connections].map(([id, child]) => ({
    id,
    child,
    snapshot: child.getSnapshot() as ConnectionSnapshot,
  }));
  if (!isAnnounced) return evict(findEvicted(all, maxPeers, request));
  const unverified = all.filter(isUnverified);
  if (unverified.length >= unverifiedCapacity(maxPeers)) return evict(findUnverified(unverified, request));
  if (!isFull) return {};
  return evict(
    longestOffline(all.filter((entry) => hasGivenUp(entry) && !isProtected(entry))) ??
      findUnverified(unverified, request),
  );
}

const evict = (entry: Entry | undefined): Capacity | undefined => entry && { evicted: entry.child };
