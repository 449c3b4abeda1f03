import type { NodeView } from '../observer.ts';
import type { NodeConfig } from '../options/options.ts';
import type { Runtime } from './runtime.ts';

/** What an observer may look at. */
export function viewOf(
  { actor, monitoring, inputs, messaging, notices, runs }: Runtime,
  { clock, name }: NodeConfig,
  { id, stats, diagnose, transfers }: Pick<NodeView, 'id' | 'stats' | 'diagnose' | 'transfers'>,
): NodeView {
  const { source, trace, errors } = monitoring;
  return {
    actor,
    streams: source.streams,
    clock,
    name,
    id,
    port: () => runs.lifecycle.run?.port ?? 0,
    stats,
    notices: () => source.notices.values(),
    watchNotices: notices.watch,
    watchSignalling: trace.watch,
    watchMessages: messaging.observers.add,
    openStreams: (most) => messaging.streams.observe(most),
    keepInputs: inputs.keep,
    takeInputs: inputs.take,
    diagnose,
    transfers,
    report: errors.report,
  };
}
