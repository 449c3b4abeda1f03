import { printable } from '../../util/printable.ts';
import { describeEvent } from '../text-format.ts';
import type { Measurement } from './measure.ts';

type Fields = Readonly<Record<string, unknown>>;

const ms = (value: number): string => `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;

/** `100 B`, `16 KiB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  return bytes < 1_048_576 ? `${Math.round(bytes / 1_024)} KiB` : `${Math.round(bytes / 1_048_576)} MiB`;
}

/** What was measured, and the figures. */
export function formatMeasurement(one: Measurement): readonly [what: string, figures: string] {
  const size = formatBytes(one.bytes);
  if (one.what !== 'messages') {
    const beside = one.what === 'request' ? '' : ' beside bulk';
    return [
      `request of ${size}${beside}`,
      `p50 ${ms(one.p50Ms)}   p99 ${ms(one.p99Ms)}   worst ${ms(one.worstMs)}   of ${one.count}`,
    ];
  }
  const megabytes = `${one.megabytesPerSecond.toFixed(1)} MB/s`;
  return [
    `messages of ${size}`,
    one.bytes < 1_024 ? `${Math.round(one.perSecond).toLocaleString('en')} a second   ${megabytes}` : megabytes,
  ];
}

/** A line of `lanpeer bench` for people. */
export function formatBenchEvent(event: Fields, time: Date): string {
  const { event: kind, via } = event;
  const row = (what: string, figures: string): string => `${String(via).padEnd(8)}${what.padEnd(30)}${figures}`;
  if (kind === 'measured') return row(...formatMeasurement(event as unknown as Measurement));
  if (kind === 'connected')
    return row(
      'dial to connected',
      `${ms(Number(event['ms']))}   with ${printable(String(event['name']))} (${event['id']}) at ${event['address']}`,
    );
  if (kind === 'bench') return `${String(event['id']).slice(0, 8)} measures: ${event['change']}`;
  if (kind === 'error' && via !== undefined) return row('not measured', `${event['code']}: ${event['message']}`);
  return describeEvent(event, time);
}
