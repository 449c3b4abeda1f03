import { push } from './bounded.ts';
import type { Figures, Model, Rates } from './model.ts';
import type { FiguresEvent } from './trace-events.ts';

/** What nodes and peers are both counted by. */
interface Counters {
  readonly bytes: { readonly sent: number; readonly received: number };
}

/** Counters that fell were begun anew: they count from nothing. */
const increase = (before: number, after: number): number => (after < before ? after : after - before);

function ratesOf(before: Figures<Counters> | null, at: number, stats: Counters): Rates | null {
  if (before === null) return null;
  const seconds = (at - before.at) / 1_000;
  // The wall clock was set back, or two figures came at once.
  if (seconds <= 0) return before.rates;
  const { bytes } = before.stats;
  return {
    bytesIn: increase(bytes.received, stats.bytes.received) / seconds,
    bytesOut: increase(bytes.sent, stats.bytes.sent) / seconds,
  };
}

export function takeFigures(model: Model, { at, stats, peers }: FiguresEvent): void {
  const { node } = model;
  const rates = ratesOf(node.figures, at, stats);
  node.figures = { at, stats, rates };
  if (rates) push(node.series, rates);
  for (const view of model.peers.values()) {
    const counted = Object.hasOwn(peers, view.id) ? peers[view.id] : undefined;
    view.figures = counted ? { at, stats: counted, rates: ratesOf(view.figures, at, counted) } : null;
  }
}
