import type { CounterName, Counters } from './counters.ts';
import { startAllocations } from './heap.ts';
import type { Machines } from './machines.ts';
import type { TlsContents } from './tls-contents.ts';

/** Something that nodes do. */
export interface Workload {
  /** Of what there are so many, such as `100 B message`. */
  readonly unit: string;
  readonly units: number;
  /** What is counted meanwhile. */
  readonly counters: readonly CounterName[];
  /** Whether memory is measured as well, in a second run. */
  readonly allocates: boolean;
  run(): Promise<unknown>;
}

/** By name: each for one unit of its workload. */
export type Counts = Readonly<Record<string, number>>;

export interface Instruments {
  readonly counters: Counters;
  readonly contents: TlsContents;
  readonly machines: Machines;
}

export async function measure({ counters, contents }: Instruments, workload: Workload): Promise<Counts> {
  const { unit, units } = workload;
  const before = workload.counters.map((name) => counters.get(name));
  contents.isOn = true;
  await workload.run();
  contents.isOn = false;
  const counts: Record<string, number> = {};
  for (const [at, name] of workload.counters.entries())
    counts[`${name} per ${unit}`] = (counters.get(name) - (before[at] ?? 0)) / units;
  if (!workload.allocates) return counts;
  const endAllocations = startAllocations();
  await workload.run();
  counts[`KiB of heap per ${unit}`] = endAllocations() / units;
  return counts;
}
