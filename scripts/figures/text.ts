import type { PartResult } from '../../bench/support/part.ts';
import type { BenchResult } from '../../bench/support/result.ts';
import { show, summarise } from '../../bench/support/summary.ts';
import { cellsOf } from '../../bench/support/table.ts';

const line = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

export function markdownTable([head = [], ...rows]: readonly (readonly string[])[]): string {
  return [line(head), line(head.map(() => '---')).replaceAll(' ', ''), ...rows.map(line)].join('\n');
}

/** Parts that were measured again, or are slow, have another number of rounds. */
function describeRounds(parts: BenchResult['parts'], planned: number): string {
  const counts = parts.map(({ rows }) =>
    Math.max(0, ...rows.flatMap(({ values }) => Object.values(values).map((list) => list?.length ?? 0))),
  );
  const [least, most] = counts.length > 0 ? [Math.min(...counts), Math.max(...counts)] : [planned, planned];
  if (least < most) return `${least} to ${most} rounds of a part`;
  return most === 1 ? '1 round' : `${most} rounds`;
}

/** When, where and how a result was measured. */
export function describeRun({ date, machine, rounds, lossPercent, parts, quick }: BenchResult): string {
  const minutes = parts.reduce((sum, { seconds }) => sum + seconds, 0) / 60;
  const loads = parts.flatMap(({ load }) => load);
  const loss = lossPercent > 0 ? `, ${lossPercent} % of all packets lost each way` : '';
  return (
    `Measured on ${date}: ${machine.processors} processors (${machine.model}), ${machine.memoryGb} GiB, ${machine.platform}, ` +
    `Node ${machine.node.slice(1)}, all on one machine${loss}; ${describeRounds(parts, rounds)} in ${show(minutes)} min, load average ` +
    `${show(Math.min(...loads))} to ${show(Math.max(...loads))}.${quick ? ' A quick run: it shows that everything works, no figures.' : ''}`
  );
}

/** The table of one part. */
export function describePart(part: PartResult): string {
  const notes = part.notes.length === 0 ? '' : `\n\n${part.notes.map((note) => `- ${note}`).join('\n')}`;
  return `${markdownTable(cellsOf(part))}${notes}`;
}

/** `12.3 ms, × 0.5 of plain werift` of one subject; undefined when it was not measured. */
export function figure(result: BenchResult, path: string, against?: string): string | undefined {
  const [partName, key, ...names] = path.split('/');
  const subject = names.join('/');
  const part = result.parts.find(({ name }) => name === partName);
  const row = part?.rows.find((one) => one.key === key);
  const base = against ?? part?.bases[subject];
  const summary = row && summarise(row, subject, base);
  if (!row || !summary) return undefined;
  const unit = row.unit === '' ? '' : row.unit.startsWith('1/') ? row.unit.slice(1) : ` ${row.unit}`;
  const ratio = summary.ratio === undefined ? '' : ` (× ${show(summary.ratio)})`;
  return `${show(summary.median)}${unit}${ratio}`;
}
