import type { RowResult } from '../../bench/support/part.ts';
import type { BenchResult } from '../../bench/support/result.ts';
import { measuredIn, summarise } from '../../bench/support/summary.ts';
import { shortBytes } from './axis.ts';
import { drawPlot, type Plot, type Point, type Series } from './plot.ts';

/** A stack looks the same on all plots. */
const looks: readonly string[] = [
  'lanpeer, tls',
  'lanpeer, webrtc',
  'plain ws over TLS',
  'plain werift',
  'js-libp2p over TCP',
  'node-datachannel',
];

function lookOf(name: string): Pick<Series, 'look'> {
  const look = looks.indexOf(name);
  return look < 0 ? {} : { look };
}

function pointOf(x: number, row: RowResult, subject: string): readonly Point[] {
  const summary = summarise(row, subject);
  // A logarithmic axis has no place for nothing.
  if (!summary || summary.least <= 0) return [];
  return [{ x, y: summary.median, least: summary.least, most: summary.most }];
}

/** Lines by subject: each row of the part whose key says an x is a point. */
function bySubject(result: BenchResult, partName: string, xOf: (key: string) => number | undefined): readonly Series[] {
  const part = result.parts.find(({ name }) => name === partName);
  if (!part) return [];
  return measuredIn(part).map((name) => ({
    name,
    ...lookOf(name),
    points: part.rows.flatMap((row) => {
      const x = xOf(row.key);
      return x === undefined ? [] : pointOf(x, row, name);
    }),
  }));
}

/** Lines by row of the mesh: each subject, such as `20 nodes`, is a point. */
function byMesh(result: BenchResult, rows: Readonly<Record<string, string>>): readonly Series[] {
  const part = result.parts.find(({ name }) => name === 'mesh');
  if (!part) return [];
  return Object.entries(rows).map(([key, name]) => {
    const row = part.rows.find((one) => one.key === key);
    const subjects = row ? Object.keys(row.values) : [];
    const points = subjects.flatMap((subject) => (row ? pointOf(Number.parseInt(subject, 10), row, subject) : []));
    return { name, points: points.sort((one, other) => one.x - other.x) };
  });
}

const sizeOf = (key: string): number | undefined => (/^\d+$/.test(key) ? Number(key) : undefined);
const cpuSizeOf = (key: string): number | undefined => (/^\d+\.cpu$/.test(key) ? Number.parseInt(key, 10) : undefined);

const plots: Readonly<Record<string, (result: BenchResult) => Plot>> = {
  throughput: (result) => ({
    title: 'Throughput by the size of messages',
    x: 'size of a message',
    y: 'MB/s',
    xTick: shortBytes,
    series: bySubject(result, 'sizes', sizeOf),
  }),
  'cpu-by-size': (result) => ({
    title: 'Processor time of a message, both ends, by its size',
    x: 'size of a message',
    y: 'µs a message',
    xTick: shortBytes,
    series: bySubject(result, 'sizes', cpuSizeOf),
  }),
  'cpu-by-rate': (result) => ({
    title: 'Processor time of both ends by the rate of messages of 100 bytes',
    x: 'messages a second',
    y: '% of a processor',
    series: bySubject(result, 'rate', sizeOf),
  }),
  'mesh-time': (result) => ({
    title: 'Full mesh in one process: time',
    x: 'nodes',
    y: 'seconds',
    series: byMesh(result, { whole: 'all connected', upgraded: 'all over WebRTC' }),
  }),
  'mesh-cpu': (result) => ({
    title: 'Full mesh in one process: processor time of a connection',
    x: 'nodes',
    y: 'ms a connection',
    series: byMesh(result, { 'whole-cpu': 'until connected', 'upgraded-cpu': 'until over WebRTC' }),
  }),
};

export interface DrawnPlot {
  readonly title: string;
  /** Undefined when nothing was measured that it could show. */
  readonly svg: string | undefined;
}

/** All plots, by name. */
export function drawPlots(result: BenchResult): ReadonlyMap<string, DrawnPlot> {
  return new Map(
    Object.entries(plots).map(([name, plot]) => {
      const { series, ...rest } = plot(result);
      const shown = series.filter(({ points }) => points.length > 1);
      return [name, { title: rest.title, svg: shown.length > 0 ? drawPlot({ ...rest, series: shown }) : undefined }];
    }),
  );
}
