import { recordedLimits } from './limits.ts';
import { createModel, type Model } from './model.ts';
import { reduce } from './reduce.ts';
import type { StepEvent, TraceEvent } from './trace-events.ts';
import { topOf } from './values.ts';

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

/**
 * Trace events until the last moment at which the node ran: with everything that it saw, before its stop takes that away.
 * All of them if it was still running.
 */
export function lastInUse({ traceEvents }: Replay): number {
  const isNodeStep = (wanted: (step: StepEvent) => boolean) => (traceEvent: TraceEvent) =>
    traceEvent.t === 'step' && traceEvent.actor === 'node' && wanted(traceEvent);
  const started = traceEvents.findLastIndex(isNodeStep(({ taken }) => taken.some(({ to }) => topOf(to) === 'running')));
  const stopped = traceEvents.findIndex(
    (traceEvent, place) =>
      place > started && isNodeStep(({ taken }) => taken.some(({ to }) => topOf(to) === 'stopping'))(traceEvent),
  );
  return stopped < 0 ? traceEvents.length : stopped;
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
