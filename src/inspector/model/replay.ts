import { createModel, type Model, recordedLimits } from './model.ts';
import { reduce } from './reduce.ts';
import type { TraceEvent } from './trace-events.ts';

/** A recording, and everything as it was after some of its trace events. */
export interface Replay {
  readonly traceEvents: readonly TraceEvent[];
  /** When each trace event was, never going back: a wall clock may. */
  readonly times: readonly number[];
  /** Places of the trace events in which a machine went to another state. */
  readonly transitions: readonly number[];
  model: Model;
}

export function createReplay(traceEvents: readonly TraceEvent[]): Replay {
  let latest = -Infinity;
  const times = traceEvents.map(({ at }) => {
    latest = Math.max(latest, at);
    return latest;
  });
  const placesOf = (wanted: (traceEvent: TraceEvent) => boolean): number[] =>
    traceEvents.flatMap((traceEvent, place) => (wanted(traceEvent) ? [place] : []));
  const steps = placesOf((traceEvent) => traceEvent.t === 'step' && traceEvent.taken.length > 0);
  const transitions = steps.length > 0 ? steps : placesOf(({ t }) => t === 'change');
  return { traceEvents, times, transitions, model: createModel(recordedLimits) };
}

/** How many of them are not above `limit`; they rise. */
export function countUntil(sorted: readonly number[], limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? Infinity) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Everything as it was after so many trace events. Backwards there is no way but from the start. */
export function seek(replay: Replay, count: number): Model {
  if (count < replay.model.traceEvents) replay.model = createModel(recordedLimits);
  const { traceEvents, model } = replay;
  for (let place = model.traceEvents; place < count; place++) {
    const traceEvent = traceEvents[place];
    if (traceEvent) reduce(model, traceEvent);
  }
  return model;
}

/** Trace events to take for the next transition, or to be back at the last one before; null where there is none. */
export function transitionFrom({ transitions, model }: Replay, direction: 'next' | 'previous'): number | null {
  const next = transitions[countUntil(transitions, model.traceEvents - 1)];
  const previous = transitions[countUntil(transitions, model.traceEvents - 2) - 1];
  const found = direction === 'next' ? next : previous;
  return found === undefined ? null : found + 1;
}
