import { readdirSync, readFileSync } from 'node:fs';

/** What a process of this machine holds now; null when it is gone. */
export interface ProcessUsage {
  readonly rssMb: number;
  readonly descriptors: number;
}

export function usageOf(pid: number): ProcessUsage | null {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return { rssMb: (Number(kilobytes) * 1_024) / 1e6, descriptors: readdirSync(`/proc/${pid}/fd`).length };
  } catch {
    return null;
  }
}
