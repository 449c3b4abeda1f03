import type { PartResult } from './part.ts';
import { measuredIn, showSummary, summarise } from './summary.ts';

/** Lines of cells, each column as wide as its widest cell. */
export function alignCells(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]?.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0))) ?? [];
  return lines
    .map((line) =>
      line
        .map((text, at) => text.padEnd(widths[at] ?? 0))
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}

/** A line a subject, a column a row of the part: medians with the least and the most, and the ratio to the base. */
export function cellsOf(part: PartResult): readonly (readonly string[])[] {
  const rows = part.rows.filter(({ values }) => Object.keys(values).length > 0);
  return [
    ['', ...rows.map(({ title, unit }) => (unit === '' ? title : `${title}, ${unit}`))],
    ...measuredIn(part).map((subject) => [
      subject,
      ...rows.map((row) => {
        const summary = summarise(row, subject, part.bases[subject]);
        return summary ? showSummary(summary) : '';
      }),
    ]),
  ];
}

/** What is printed of a part. */
export function printPart(part: PartResult): string {
  const heading = `${part.title} (${part.seconds} s, load ${part.load.join(' to ')})`;
  return [heading, alignCells(cellsOf(part)), ...part.notes].join('\n');
}
