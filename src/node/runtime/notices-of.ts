import type { CurrentAccess } from '../access/current-access.ts';
import type { NodeAdapters } from '../adapters.ts';
import type { Monitoring } from '../monitoring/monitoring.ts';
import { createNodeNotices, type NodeNotices } from '../notices/node-notices.ts';
import type { GuardedConfig } from '../options/callbacks.ts';
import type { Runs } from './runs.ts';

export interface NoticesDeps {
  readonly monitoring: Monitoring;
  readonly admission: CurrentAccess;
  readonly runs: Pick<Runs, 'lifecycle'>;
}

/** The notices of a node: about its devices, its access and its interfaces. */
export function noticesOf(
  { monitoring, admission, runs }: NoticesDeps,
  { clock, logger, logs }: GuardedConfig,
  { machine, choice }: NodeAdapters,
): NodeNotices {
  return createNodeNotices({
    clock,
    logger,
    logs,
    monitoring,
    admission,
    interfaces: () => machine?.interfaces() ?? [],
    choice: () => choice?.(),
    discovery: () => runs.lifecycle.discovery?.stats(),
    port: () => runs.lifecycle.run?.port ?? 0,
  });
}
