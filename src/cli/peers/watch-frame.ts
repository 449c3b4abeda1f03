import type { Notice } from '../../api/notices.ts';
import { printable } from '../../util/printable.ts';
import type { Paint } from '../style.ts';
import type { Frame, Size } from '../terminal/screen.ts';
import { fitText } from '../terminal/text-width.ts';
import { formatPeers, type ShownPeer } from './table.ts';

/** What `lanpeer peers --watch` shows: the table, as far as it fits, below why there may be fewer peers than there should. */
export function watchFrame(
  name: string,
  peers: readonly ShownPeer[],
  notices: readonly Notice[],
  { columns, rows }: Size,
  paint: Paint,
): Frame {
  const count = peers.length === 1 ? '1 peer' : `${peers.length} peers`;
  const top = [
    paint('dim', fitText(`${printable(name)} has ${count}; Ctrl-C ends it`, columns)),
    ...notices.map(({ code, message }) => paint('yellow', fitText(`${code}: ${printable(message)}`, columns))),
    '',
  ];
  const table = formatPeers(peers, { paint, columns });
  const room = Math.max(1, rows - top.length);
  const shown =
    table.length <= room
      ? table
      : [...table.slice(0, room - 1), paint('dim', fitText(`and ${table.length - room + 1} more`, columns))];
  return { lines: [...top, ...shown].slice(0, rows) };
}
