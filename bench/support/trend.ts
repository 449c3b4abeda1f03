import { percentile } from './statistics.ts';

/** Whether values over time grow: the last quarter against the second, for the first is warm-up. */
export function trend(values: readonly number[], slack: number): string {
  const quarter = Math.floor(values.length / 4);
  if (quarter === 0) return 'too short to tell';
  const [before, after] = [values.slice(quarter, 2 * quarter), values.slice(-quarter)].map((part) =>
    percentile(part, 50),
  ) as [number, number];
  const verdict = after > before * 1.15 + slack ? 'growing' : 'flat';
  return `${verdict} (${before.toFixed(0)} then ${after.toFixed(0)})`;
}
