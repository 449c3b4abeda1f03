import { Registry } from 'prom-client';
import type { NodeStats } from '../api/stats.ts';
import { LanpeerError } from '../errors.ts';
import { describe } from '../validation/describe.ts';
import { booleanOption, objectOption, optionError, readOptions, textOption } from '../validation/options.ts';
import { createCollector, type MeasuredNode } from './collector.ts';
import { metricSetOf } from './metric-set.ts';

export type { MeasuredNode } from './collector.ts';

export interface MetricsOptions {
  /** Where the metrics are registered; default: a new one, never prom-client's global one. */
  readonly register?: Registry;
  /** In front of every name; default `lanpeer_`. */
  readonly prefix?: string;
  /** Value of the label `node`, which tells the nodes of one registry apart; default: the name of the node. */
  readonly label?: string;
  /** Adds `peer_` metrics with the id of the peer as a label, at most as many as the node may have; default false. */
  readonly perPeer?: boolean;
}

/** The metrics of one node. */
export interface Metrics {
  readonly register: Registry;
  /** All that the registry has, in the text format that {@link contentType} names. */
  text(): Promise<string>;
  readonly contentType: string;
  /** Takes the node off: no subscription and no series of it is left. Idempotent. */
  stop(): void;
}

function parseMetricsOptions(node: MeasuredNode, options: unknown): Required<MetricsOptions> {
  if (typeof node?.stats !== 'function') throw optionError(`node: ${describe(node)} is not a node.`);
  const read = readOptions('options', options, ['register', 'prefix', 'label', 'perPeer']);
  const { register = new Registry(), prefix = 'lanpeer_', label = node.name, perPeer = false } = read;
  if (typeof prefix !== 'string' || !/^(?:[A-Za-z_:][\w:]*)?$/.test(prefix))
    throw optionError(`prefix: ${describe(prefix)} is not the beginning of the name of a metric.`);
  return {
    register: objectOption<Registry>('register', register, 'a registry of prom-client', ['registerMetric', 'metrics']),
    prefix,
    label: textOption('label', label),
    perPeer: booleanOption('perPeer', perPeer),
  };
}

/**
 * Shows a node to Prometheus, through its public face only. Counters of streams count from now on; the others are those of
 * `node.stats()`, read at each scrape. Throws {@link LanpeerError} `ERR_OPTION` for an option that cannot work, and
 * if another node of that registry has the same label; prom-client throws for a name that is taken or cannot be one.
 */
export function createMetrics(node: MeasuredNode, options: MetricsOptions = {}): Metrics {
  const { register, prefix, label, perPeer } = parseMetricsOptions(node, options);
  const family = metricSetOf(register, prefix);
  if (family.sources.has(label))
    throw new LanpeerError('ERR_OPTION', `label: the registry shows a node ${JSON.stringify(label)} already.`);

  const collector = createCollector(node, {
    connected: (seconds) => family.connectSeconds.observe({ node: label }, seconds),
    roundTrip: (seconds) => family.roundTripSeconds.observe({ node: label }, seconds),
  });
  let seen: NodeStats | undefined;
  /** One scrape asks for each metric in turn, all at once: they should agree. */
  function stats(): NodeStats {
    if (!seen) {
      seen = node.stats();
      queueMicrotask(() => {
        seen = undefined;
      });
    }
    return seen;
  }

  family.sources.set(label, {
    node: () => ({ ...stats(), collector }),
    *peers() {
      if (!perPeer) return;
      for (const [id, peer] of Object.entries(stats().peers))
        yield [id, { ...peer, roundTripMs: collector.roundTrips.get(id) ?? null }];
    },
  });
  let stopped = false;
  return {
    register,
    text: () => register.metrics(),
    get contentType() {
      return register.contentType;
    },
    stop() {
      if (stopped) return;
      stopped = true;
      collector.stop();
      family.remove(label);
    },
  };
}
