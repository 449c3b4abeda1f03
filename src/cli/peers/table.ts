import type { Peer } from '../../api/peers.ts';
import { printable } from '../../util/printable.ts';
import { type Paint, plain } from '../style.ts';
import { fitText, padText, widthOf } from '../terminal/text-width.ts';

/** What is shown of a peer. */
export type ShownPeer = Pick<Peer, 'id' | 'name' | 'address' | 'via' | 'roundTripMs' | 'since'>;

const heads = ['NAME', 'ID', 'ADDRESS', 'VIA', 'ROUND TRIP', 'SINCE'] as const;
const gap = '  ';
/** A name may be as long as it likes: the columns after it are to be seen. */
const nameColumns = 32;

const roundTrip = (ms: number | null): string => (ms === null ? '-' : `${ms < 10 ? ms.toFixed(2) : ms.toFixed(0)} ms`);

const cellsOf = ({ id, name, address, via, roundTripMs, since }: ShownPeer): readonly string[] => [
  fitText(printable(name), nameColumns),
  id.slice(0, 8),
  address,
  via,
  roundTrip(roundTripMs),
  new Date(since).toTimeString().slice(0, 8),
];

const byName = (a: ShownPeer, b: ShownPeer): number => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1);

/**
 * A table of peers, sorted by name, one a line below a line of heads.
 * @param columns Longer lines are cut.
 */
export function formatPeers(
  peers: Iterable<ShownPeer>,
  { paint = plain, columns = Number.POSITIVE_INFINITY }: { readonly paint?: Paint; readonly columns?: number } = {},
): readonly string[] {
  const rows = [...peers].sort(byName).map(cellsOf);
  const widths = heads.map((head, at) => Math.max(head.length, ...rows.map((cells) => widthOf(cells[at] ?? ''))));
  const line = (cells: readonly string[]): string =>
    fitText(
      cells
        .map((cell, at) => padText(cell, widths[at] ?? 0))
        .join(gap)
        .trimEnd(),
      columns,
    );
  return [paint('bold', line(heads)), ...rows.map(line)];
}
