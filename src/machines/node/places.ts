import type { AnyActorRef } from 'xstate';
import type { ConnectionSnapshot } from '../connection/machine.ts';
import type { Reason } from '../reasons.ts';
import type { NodeContext } from './types.ts';

/** Who asks for a place among the connections of a node. */
export interface Newcomer {
  readonly reason: Reason;
  /** Source of the announcement; absent where it was not announced, or nothing is known of it. */
  readonly source: string | undefined;
  /** Uniform in [0, 1): which of several equal ones goes. */
  readonly chance: number;
  /** Peers with messages, either way, that are not settled. */
  readonly unsettled: readonly string[];
}

/** `victim`: the connection that has to be closed for it. */
export type Room = { readonly victim?: AnyActorRef };

interface Place {
  readonly id: string;
  readonly child: AnyActorRef;
  readonly is: ConnectionSnapshot;
}

/** A device that was only heard of: no session has proven that it is there, and the program did not ask for it. */
const isHearsay = ({ is: { context } }: Place): boolean =>
  context.peer.incarnation === null && !context.dial.explicit && !context.demands.includes('program');

const gaveUp = ({ is }: Place): boolean => is.matches({ failed: 'gaveUp' });

/** The program asked for it, or a link with it was stable: no new identity takes its place while it is tried. */
const isKept = ({ is: { context } }: Place): boolean => context.uptime.stable || context.demands.includes('program');

/** Nothing shows that the other side is there now. */
const isAway = ({ is }: Place): boolean => !is.matches('connected') && is.context.signalling.length === 0;

/** Monotonic time at which it was lost; never reached: when the first attempt failed; none has failed: last of all. */
const awaySince = ({ is: { context } }: Place): number =>
  context.uptime.lostAt ?? context.retry.failingSince ?? Number.POSITIVE_INFINITY;

const pick = (places: readonly Place[], chance: number): Place | undefined =>
  places[Math.min(places.length - 1, Math.floor(chance * places.length))];

const longestAway = (places: readonly Place[]): Place | undefined =>
  places.reduce<Place | undefined>((best, one) => (best && awaySince(best) <= awaySince(one) ? best : one), undefined);

const sourceOf = ({ is: { context } }: Place): string | undefined => context.source ?? undefined;

/** How many places of hearsay each source has. */
function sharesOf(places: readonly Place[]): ReadonlyMap<string | undefined, number> {
  const shares = new Map<string | undefined, number>();
  for (const place of places) shares.set(sourceOf(place), (shares.get(sourceOf(place)) ?? 0) + 1);
  return shares;
}

/** Those of the sources that have most of them. */
function ofGreediest(hearsay: readonly Place[]): readonly Place[] {
  const shares = sharesOf(hearsay);
  const most = Math.max(...shares.values());
  return hearsay.filter((place) => shares.get(sourceOf(place)) === most);
}

/**
 * The hearsay that leaves its place to other hearsay: any of the greediest source's while the other source has less,
 * else one that was dialed in vain. Whoever is being dialed for the first time has its chance.
 */
function outbid(hearsay: readonly Place[], { source, chance }: Newcomer): Place | undefined {
  const shares = sharesOf(hearsay);
  const own = shares.get(source) ?? 0;
  const greediest = ofGreediest(hearsay);
  const [most = 0] = greediest.map((place) => shares.get(sourceOf(place)) ?? 0);
  if (own + 1 < most) return pick(greediest, chance);
  const inVain = hearsay.filter((place) => place.is.matches('failed') && (shares.get(sourceOf(place)) ?? 0) >= own);
  return pick(inVain, chance);
}

/** Places that peers keep in an outage because they were stable: 30 s of a link are all that this takes. */
const outagePlaces = (maxPeers: number): number => Math.max(1, Math.floor(maxPeers / 2));

/** Of those that were stable more than may keep their places: the one that had a link for the shortest time. */
function inSurplus(all: readonly Place[], maxPeers: number): Place | undefined {
  const kept = all.filter((place) => isAway(place) && place.is.context.uptime.stable);
  if (kept.length <= outagePlaces(maxPeers)) return undefined;
  const totalMs = ({ is }: Place): number => is.context.uptime.totalMs;
  const open = kept.filter(({ is }) => !is.context.demands.includes('program'));
  return open.reduce<Place | undefined>(
    (least, one) => (least && totalMs(least) <= totalMs(one) ? least : one),
    undefined,
  );
}

/** The one whose place a peer takes that is there now: first those of whom least is known, or least is lost. */
function yields(all: readonly Place[], maxPeers: number, { chance, unsettled }: Newcomer): Place | undefined {
  const done = all.filter(gaveUp);
  const hearsay = all.filter(isHearsay);
  const away = all.filter((place) => isAway(place) && !isKept(place));
  return (
    longestAway(done.filter((place) => !isKept(place))) ??
    (hearsay.length > 0 ? pick(ofGreediest(hearsay), chance) : undefined) ??
    longestAway(away.filter(({ id }) => !unsettled.includes(id))) ??
    longestAway(away) ??
    longestAway(done) ??
    inSurplus(all, maxPeers)
  );
}

/** Places that devices may have of which nothing is proven: whoever invents devices must not keep the real ones out. */
const hearsayPlaces = (maxPeers: number): number => Math.max(1, Math.floor(maxPeers / 2));

/** Room for that newcomer among these connections; undefined if there is none. */
export function findRoom(
  connections: ReadonlyMap<string, AnyActorRef>,
  { maxPeers }: Pick<NodeContext, 'maxPeers'>,
  newcomer: Newcomer,
): Room | undefined {
  const isFull = connections.size >= maxPeers;
  const isAnnounced = newcomer.reason === 'announced';
  if (!isFull && (!isAnnounced || connections.size < hearsayPlaces(maxPeers))) return {};
  const all = [...connections].map(([id, child]) => ({ id, child, is: child.getSnapshot() as ConnectionSnapshot }));
  if (!isAnnounced) return victimOf(yields(all, maxPeers, newcomer));
  const hearsay = all.filter(isHearsay);
  if (hearsay.length >= hearsayPlaces(maxPeers)) return victimOf(outbid(hearsay, newcomer));
  if (!isFull) return {};
  return victimOf(longestAway(all.filter((place) => gaveUp(place) && !isKept(place))) ?? outbid(hearsay, newcomer));
}

const victimOf = (place: Place | undefined): Room | undefined => place && { victim: place.child };
