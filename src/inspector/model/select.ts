import type { Model, PeerView, Shown } from './model.ts';
import { leafOf } from './values.ts';

export const sortKeys = ['trouble', 'state', 'name', 'reason', 'attempt', 'next', 'rtt', 'in', 'out', 'queue'] as const;
export type SortKey = (typeof sortKeys)[number];

/** What needs attention comes first. */
export const shownStates: readonly Shown[] = ['failed', 'connecting', 'new', 'connected', 'closed', 'heard'];

export interface PeerQuery {
  /** Part of a name, id, address, state, reason, code or transport. */
  readonly text: string;
  readonly state: Shown | null;
  readonly sort: SortKey;
  readonly descending: boolean;
}

export function countStates(model: Model): Readonly<Record<Shown, number>> {
  const counts = { failed: 0, connecting: 0, new: 0, connected: 0, closed: 0, heard: 0 };
  for (const { state } of model.peers.values()) counts[state] += 1;
  return counts;
}

const textOf = ({ id, name, state, about, peer, device }: PeerView): string =>
  [name, id, state, about?.reason, about?.code, peer?.via, peer?.address, ...(device?.addresses ?? [])]
    .join(' ')
    .toLowerCase();

const attemptsOf = ({ about }: PeerView): number => about?.attempt ?? 0;

/** How bad it stands, the worst first. A peer that is tried again and again stays where it is while that goes on. */
function trouble(view: PeerView): number {
  const { state, about, machine } = view;
  if (state === 'failed' && about?.gaveUp) return 0;
  if (state === 'failed' || (state === 'connecting' && attemptsOf(view) > 1)) return 1;
  // Connected, and in doubt.
  if (state === 'connected' && machine.value !== null && leafOf(machine.value).startsWith('connected.suspect'))
    return 2;
  return 3 + shownStates.indexOf(state);
}

/** What rows are put in order by. Null has no place in the order: it comes last, whatever the direction. */
const values: Readonly<Record<SortKey, (view: PeerView) => number | string | null>> = {
  trouble,
  state: ({ state }) => shownStates.indexOf(state),
  name: ({ name }) => name?.toLowerCase() ?? null,
  reason: ({ about }) => about?.reason ?? null,
  attempt: ({ about }) => about?.attempt ?? null,
  next: ({ about }) => about?.next ?? null,
  rtt: ({ peer }) => peer?.roundTripMs ?? null,
  in: ({ figures }) => figures?.rates?.bytesIn ?? null,
  out: ({ figures }) => figures?.rates?.bytesOut ?? null,
  queue: ({ figures }) => figures?.stats.queued.messages ?? null,
};

const compare = (a: number | string, b: number | string): number => (a < b ? -1 : a > b ? 1 : 0);

export function listPeers(model: Model, { text, state, sort, descending }: PeerQuery): PeerView[] {
  const wanted = text.trim().toLowerCase();
  const found = [...model.peers.values()].filter(
    (view) => (state === null || view.state === state) && (wanted === '' || textOf(view).includes(wanted)),
  );
  const sign = descending ? -1 : 1;
  const sortedBy = values[sort];
  return found.sort((a, b) => {
    const [left, right] = [sortedBy(a), sortedBy(b)];
    if (left === null || right === null) return Number(left === null) - Number(right === null) || compare(a.id, b.id);
    const attempts = sort === 'trouble' ? attemptsOf(b) - attemptsOf(a) : 0;
    return sign * compare(left, right) || attempts || compare(a.name ?? '~', b.name ?? '~') || compare(a.id, b.id);
  });
}
