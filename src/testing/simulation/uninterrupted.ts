import type { Host, Run } from './hosts.ts';

/** True if both ends have run since then, and neither disconnected from the other since the run began. */
export const isUninterrupted = (run: Run, other: Host, since: number): boolean =>
  (other.endedAt === undefined || other.endedAt < since) && !run.disconnectedFrom.has(other.at);
