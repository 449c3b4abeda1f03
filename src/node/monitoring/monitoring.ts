import type { Clock, Logger } from '../../environment.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { NodeStreamsSource } from '../../streams/node-streams.ts';
import { createDiagnostics, type Diagnostics } from './diagnostics.ts';
import { createErrorReporter, type ErrorReporter } from './error-reporter.ts';
import { createNodeCounters, type NodeCounters } from './node-counters.ts';
import { createRefusals, type Refuse } from './refusals.ts';
import { TimeWatch } from './time-watch.ts';
import { createTrace, type Trace } from './trace.ts';
import { createWarnings } from './warnings.ts';

export interface MonitoringDeps {
  readonly name: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** False where the program gave no logger. */
  readonly logs: boolean;
  /** Null before the first start. */
  readonly ownId: () => DeviceId | null;
}

/** Where what happens in a node is counted and told: streams, diagnostics channels, log, warnings. */
export interface Monitoring {
  readonly counters: NodeCounters;
  readonly source: NodeStreamsSource;
  readonly diagnostics: Diagnostics;
  readonly errors: ErrorReporter;
  readonly time: TimeWatch;
  readonly trace: Trace;
  readonly refused: Refuse;
  readonly print: ReturnType<typeof createWarnings>;
}

export function createMonitoring({ name, clock, logger, logs, ownId }: MonitoringDeps): Monitoring {
  const diagnostics = createDiagnostics({ name, ownId, clock });
  const counters = createNodeCounters();
  const source = new NodeStreamsSource((stream, thrown) => {
    if (stream === 'errors$') errors.errorSubscriberThrew(thrown);
    else errors.callbackThrew(`A subscriber of ${stream}`, thrown);
  }, diagnostics.tap);
  const print = createWarnings(name);
  const errors = createErrorReporter({
    counters,
    logger,
    tell: (error) => source.error(error),
    listened: (about) => source.errorsObserved || diagnostics.errorsObserved || (logs && about !== 'logger.warn'),
    print,
  });
  const trace = createTrace({ clock, sink: diagnostics.steps, report: errors.internal });
  const refused = createRefusals(counters, clock, logger, errors.refused, trace);
  const time = new TimeWatch(clock);
  return { counters, source, diagnostics, errors, time, trace, refused, print };
}
