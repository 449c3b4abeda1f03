import type { PartResult, RowResult } from './part.ts';
import { percentile } from './statistics.ts';

/** A row of one subject over all rounds. */
export interface Summary {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  /** Median of the ratios to the base within each round: what the machine did in a round falls on both. */
  readonly ratio?: number;
}

export function summarise(row: RowResult, subject: string, base?: string): Summary | undefined {
  const values = row.values[subject];
  if (!values || values.length === 0) return undefined;
  const others = (base === undefined ? undefined : row.values[base]) ?? [];
  const ratios = values.slice(0, others.length).map((value, round) => value / (others[round] ?? Number.NaN));
  const summary = { median: percentile(values, 50), least: Math.min(...values), most: Math.max(...values) };
  return ratios.length === 0 ? summary : { ...summary, ratio: percentile(ratios, 50) };
}

/** Three significant digits, thousands apart. */
export function show(value: number): string {
  if (Math.abs(value) >= 1_000) return Number(value.toPrecision(3)).toLocaleString('en');
  return value === 0 ? '0' : String(Number(value.toPrecision(3)));
}

/** Median, spread and ratio, such as `12.3 (11–14), × 0.9`. */
export function showSummary({ median, least, most, ratio }: Summary): string {
  const spread = least === most ? '' : ` (${show(least)}–${show(most)})`;
  return `${show(median)}${spread}${ratio === undefined ? '' : `, × ${show(ratio)}`}`;
}

/** The subjects of a part that have a value, in its order. */
export function measuredIn({ rows }: Pick<PartResult, 'rows'>): readonly string[] {
  return [...new Set(rows.flatMap(({ values }) => Object.keys(values)))];
}
