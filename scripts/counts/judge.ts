import { plantedShare } from './counters.ts';
import type { Counts } from './measurement.ts';

/** What the runs of a recording had. */
export interface Recorded {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** A count as it is recorded, and whether it is used. */
export interface Judged extends Recorded {
  readonly name: string;
  /** False if a regression of 15 % would not be told from its spread. */
  readonly isUsed: boolean;
}

export type Verdict = 'same' | 'worse' | 'better';

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low = Number.NaN, high = low] = [
    sorted[Math.floor((sorted.length - 1) / 2)],
    sorted[Math.floor(sorted.length / 2)],
  ];
  return (low + high) / 2;
}

/** Largest distance of a run from the median, as a share of the median; 0 where all runs had 0. */
export function deviationOf({ median, least, most }: Recorded): number {
  const distance = Math.max(most - median, median - least);
  return distance === 0 ? 0 : distance / median;
}

/**
 * How far a count may be from the recorded median, as a share of it: twice the largest distance of a recorded run, because
 * 20 runs do not have the worst of all. At least 5 %: they were those of one machine.
 */
export function toleranceOf(recorded: Recorded): number {
  return recorded.median === 0 ? 0 : Math.max(2 * deviationOf(recorded), 0.05);
}

/** Whether a run that has the least and 15 % more would still be outside. */
function isUsable(recorded: Recorded): boolean {
  const deviation = deviationOf(recorded);
  return Number.isFinite(deviation) && (1 + plantedShare) * (1 - deviation) > 1 + toleranceOf(recorded);
}

/** The counts of several runs, by name; one that a run does not have was 0 there. */
export function record(runs: readonly Counts[]): readonly Judged[] {
  const names = [...new Set(runs.flatMap((run) => Object.keys(run)))];
  return names.map((name) => {
    const values = runs.map((run) => run[name] ?? 0);
    const recorded = { median: medianOf(values), least: Math.min(...values), most: Math.max(...values) };
    return { name, ...recorded, isUsed: isUsable(recorded) };
  });
}

/** More is worse: everything that is counted costs time or memory. */
export function judge(recorded: Recorded, now: number): Verdict {
  const tolerance = toleranceOf(recorded) * recorded.median;
  // Sums of shares are not exact.
  const rounding = 1e-9 * (1 + recorded.median);
  if (now > recorded.median + tolerance + rounding) return 'worse';
  return now < recorded.median - tolerance - rounding ? 'better' : 'same';
}
