import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Counts } from './measurement.ts';

export const workloads = ['tls', 'webrtc', 'mesh'] as const;
export type WorkloadName = (typeof workloads)[number];

const script = fileURLToPath(new URL('../count-workload.ts', import.meta.url));

/** Runs a workload in a process of its own. Throws if it fails, or takes longer than five minutes. */
export function runWorkload(workload: WorkloadName, planted = false): Counts {
  const args = ['--expose-gc', '--no-warnings', script, workload, ...(planted ? ['--planted'] : [])];
  const counts: Counts = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', timeout: 300_000 }));
  return Object.fromEntries(Object.entries(counts).map(([name, value]) => [`${workload}: ${name}`, value]));
}
