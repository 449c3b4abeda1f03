import { percentile } from './statistics.ts';

/** Values of several rounds, by what was measured and on which implementation. */
export interface Table {
  add(row: string, column: string, value: number): void;
  rows(): Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
  /** Medians beside each other, with the least and the most, and the ratio to one column. */
  print(base: string): string;
}

function show(value: number): string {
  return value >= 1_000
    ? Math.round(value).toLocaleString('en')
    : value >= 100
      ? value.toFixed(0)
      : value.toPrecision(3);
}

export function createTable(): Table {
  const rows = new Map<string, Map<string, number[]>>();

  function cell(values: readonly number[] | undefined, base: readonly number[] | undefined): string {
    if (!values) return '';
    const median = percentile(values, 50);
    const ratio = base && base !== values ? `, × ${(median / percentile(base, 50)).toPrecision(3)}` : '';
    return `${show(median)} (${show(Math.min(...values))}–${show(Math.max(...values))})${ratio}`;
  }

  return {
    add(row, column, value) {
      const columns = rows.get(row) ?? new Map<string, number[]>();
      rows.set(row, columns.set(column, [...(columns.get(column) ?? []), value]));
    },
    rows: () => Object.fromEntries([...rows].map(([row, columns]) => [row, Object.fromEntries(columns)])),
    print(base) {
      const names = [...new Set([...rows.values()].flatMap((columns) => [...columns.keys()]))];
      const lines = [
        ['median (least–most)', ...names],
        ...[...rows].map(([row, columns]) => [row, ...names.map((name) => cell(columns.get(name), columns.get(base)))]),
      ];
      const widths = lines[0]?.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0))) ?? [];
      return lines
        .map((line) =>
          line
            .map((text, at) => text.padEnd(widths[at] ?? 0))
            .join('   ')
            .trimEnd(),
        )
        .join('\n');
    },
  };
}
