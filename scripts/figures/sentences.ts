import type { PartResult, RowResult } from '../../bench/support/part.ts';
import type { BenchResult } from '../../bench/support/result.ts';
import { show, summarise } from '../../bench/support/summary.ts';

const notMeasured = 'Not measured yet.';

function rowOf(result: BenchResult, partName: string, key: string): readonly [PartResult, RowResult] | undefined {
  const part = result.parts.find(({ name }) => name === partName);
  const row = part?.rows.find((one) => one.key === key);
  return part && row && [part, row];
}

/** What an idle connection costs more than one of the stack below: the difference of the medians. */
export function describeIdleAbove(result: BenchResult): string {
  const [part, row] = rowOf(result, 'idle', 'in-use') ?? [];
  if (!part || !row) return notMeasured;
  const differences = Object.entries(part.bases).flatMap(([subject, base]) => {
    const [ours, below] = [summarise(row, subject), summarise(row, base)];
    return ours && below ? [`${subject}: ${show(ours.median - below.median)} KiB more than ${base}`] : [];
  });
  return differences.length === 0 ? notMeasured : `Heap in use and native, ${differences.join('; ')}.`;
}

/** How the processor time of a connection grows from the smallest mesh to the largest. */
export function describeMeshGrowth(result: BenchResult): string {
  const [, row] = rowOf(result, 'mesh', 'whole-cpu') ?? [];
  const sizes = Object.keys(row?.values ?? {}).sort(
    (one, other) => Number.parseInt(one, 10) - Number.parseInt(other, 10),
  );
  const [smallest, largest] = [sizes[0], sizes.at(-1)];
  if (!row || smallest === undefined || largest === undefined || smallest === largest) return notMeasured;
  const [from, to] = [summarise(row, smallest), summarise(row, largest)];
  if (!from || !to) return notMeasured;
  return `From ${smallest} to ${largest} the processor time of a connection grows × ${show(to.median / from.median)}.`;
}
