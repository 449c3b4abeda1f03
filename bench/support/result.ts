import { cpus, totalmem } from 'node:os';
import type { BenchOptions, PartResult } from './part.ts';

/** What `npm run bench -- --json FILE` writes. */
export interface BenchResult {
  /** ISO 8601, the day. */
  readonly date: string;
  readonly machine: {
    readonly processors: number;
    readonly model: string;
    readonly memoryGb: number;
    readonly platform: string;
    readonly node: string;
  };
  readonly rounds: number;
  readonly quick: boolean;
  readonly lossPercent: number;
  readonly seconds: number;
  readonly parts: readonly PartResult[];
}

export function resultOf(
  { rounds, quick, lossPercent }: BenchOptions,
  seconds: number,
  parts: readonly PartResult[],
): BenchResult {
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: {
      processors: cpus().length,
      model: cpus()[0]?.model.trim() ?? 'unknown',
      memoryGb: Math.round(totalmem() / 2 ** 30),
      platform: `${process.platform} ${process.arch}`,
      node: process.version,
    },
    rounds,
    quick,
    lossPercent,
    seconds: Math.round(seconds),
    parts: parts.map((part) => ({ ...part, rows: part.rows.map((row) => ({ ...row, values: rounded(row.values) })) })),
  };
}

/** Five significant digits: what is behind them is noise. */
function rounded(values: PartResult['rows'][number]['values']): PartResult['rows'][number]['values'] {
  return Object.fromEntries(
    Object.entries(values).map(([subject, all]) => [subject, all.map((value) => Number(value.toPrecision(5)))]),
  );
}

/**
 * Parts that were measured now take the place of those in an older result of the same kind; the others stay. What one run
 * has to measure as a whole is measured as a whole: this is for a part that failed.
 */
export function merged(older: BenchResult, newer: BenchResult): BenchResult {
  const now = new Map(newer.parts.map((part) => [part.name, part]));
  const kept = older.parts.map((part) => now.get(part.name) ?? part);
  const added = newer.parts.filter(({ name }) => !older.parts.some((part) => part.name === name));
  return { ...newer, parts: [...kept, ...added] };
}
