import type { NodeStats } from '../api/stats.ts';
import type { NodeView } from './observer.ts';
import type { NodeConfig } from './options/options.ts';
import type { Runtime } from './runtime.ts';

/** What an observer may look at. */
export function viewOf(
  { actor, source, oracles, trace, passing, noticed, lifecycle, report }: Runtime,
  { clock, name }: NodeConfig,
  { id, stats }: { readonly id: () => string | null; readonly stats: () => NodeStats },
): NodeView {
  return {
    actor,
    streams: source.streams,
    clock,
    name,
    id,
    port: () => lifecycle.run?.port ?? 0,
    stats,
    notices: () => source.notices.values(),
    watchNotices: noticed.watch,
    watchSignalling: trace.watch,
    watchMessages: passing.add,
    keepInputs: oracles.keep,
    takeInputs: oracles.take,
    report,
  };
}
