import { Counter, Gauge, Histogram, type Metric, type Registry } from 'prom-client';
import { type Definition, type NodeInputs, nodeDefinitions, type PeerInputs, peerDefinitions } from './definitions.ts';

/** A node as the metrics of a registry see it at a scrape. */
export interface Source {
  readonly node: () => NodeInputs;
  /** None where they were not asked for. */
  readonly peers: () => Iterable<readonly [id: string, figures: PeerInputs]>;
}

/** The metrics of one registry and prefix, shared by all nodes that are shown there. */
export interface MetricSet {
  /** By the value of the label `node`. */
  readonly sources: Map<string, Source>;
  readonly connectSeconds: Histogram<'node'>;
  readonly roundTripSeconds: Histogram<'node'>;
  /** Takes a node off, and with the last one the metrics themselves. */
  remove(node: string): void;
}

const families = new WeakMap<Registry, Map<string, MetricSet>>();

/** Throws what prom-client throws for a name that other code has registered, and leaves nothing of ours. */
export function metricSetOf(register: Registry, prefix: string): MetricSet {
  const known = families.get(register) ?? new Map<string, MetricSet>();
  families.set(register, known);
  const family = known.get(prefix) ?? createFamily(register, prefix, () => void known.delete(prefix));
  known.set(prefix, family);
  return family;
}

type Labels = Readonly<Record<string, string>>;

/** A metric that is read anew at each scrape: what a node or a peer no longer has is no longer shown. */
function createMetric<Of>(
  { kind, help, labels: own = [], read }: Definition<Of>,
  name: string,
  register: Registry,
  common: readonly string[],
  each: () => Iterable<readonly [labels: Labels, of: Of]>,
): Metric {
  const settings = { name, help, registers: [register], labelNames: [...common, ...own] };
  function* values(): Iterable<readonly [labels: Labels, value: number]> {
    for (const [labels, of] of each())
      for (const [value, more] of read(of)) yield [more ? { ...labels, ...more } : labels, value];
  }
  if (kind === 'gauge')
    return new Gauge({
      ...settings,
      collect() {
        this.reset();
        for (const [labels, value] of values()) this.set(labels, value);
      },
    });
  return new Counter({
    ...settings,
    collect() {
      this.reset();
      for (const [labels, value] of values()) this.inc(labels, value);
    },
  });
}

function createFamily(register: Registry, prefix: string, emptied: () => void): MetricSet {
  const sources = new Map<string, Source>();
  const names: string[] = [];

  function named<Made extends Metric>(name: string, make: (name: string) => Made): Made {
    const metric = make(`${prefix}${name}`);
    names.push(`${prefix}${name}`);
    return metric;
  }
  const clear = (): void => {
    for (const name of names) register.removeSingleMetric(name);
  };
  const histogram = (name: string, help: string, buckets: number[]) =>
    named(
      name,
      (full) => new Histogram({ name: full, help, registers: [register], labelNames: ['node' as const], buckets }),
    );

  function* nodes(): Iterable<readonly [Labels, NodeInputs]> {
    for (const [node, source] of sources) yield [{ node }, source.node()];
  }
  function* peers(): Iterable<readonly [Labels, PeerInputs]> {
    for (const [node, source] of sources) for (const [peer, of] of source.peers()) yield [{ node, peer }, of];
  }

  try {
    for (const figure of nodeDefinitions)
      named(figure.name, (name) => createMetric(figure, name, register, ['node'], nodes));
    for (const figure of peerDefinitions)
      named(figure.name, (name) => createMetric(figure, name, register, ['node', 'peer'], peers));
    const connectSeconds = histogram(
      'connect_duration_seconds',
      'Time of an attempt from its begin to the open link.',
      [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    );
    const roundTripSeconds = histogram(
      'round_trip_seconds',
      'Smoothed round-trip times, one whenever it moved by a quarter.',
      [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
    );
    return {
      sources,
      connectSeconds,
      roundTripSeconds,
      remove(node) {
        sources.delete(node);
        for (const metric of [connectSeconds, roundTripSeconds]) metric.remove({ node });
        if (sources.size > 0) return;
        clear();
        emptied();
      },
    };
  } catch (thrown) {
    clear();
    throw thrown;
  }
}
