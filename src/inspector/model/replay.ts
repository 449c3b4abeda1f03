import { createModel, type Model, recordedLimits } from './model.ts';
import { reduce } from './reduce.ts';
import type { TraceEvent } from './trace-events.ts';

/** A recording, and everything as it was after some of its frames. */
export interface Replay {
  readonly frames: readonly TraceEvent[];
  /** When each frame was, never going back: a wall clock may. */
  readonly times: readonly number[];
  /** Places of the frames in which a machine went to another state. */
  readonly transitions: readonly number[];
  model: Model;
}

export function createReplay(frames: readonly TraceEvent[]): Replay {
  let latest = -Infinity;
  const times = frames.map(({ at }) => {
    latest = Math.max(latest, at);
    return latest;
  });
  const placesOf = (wanted: (frame: TraceEvent) => boolean): number[] =>
    frames.flatMap((frame, place) => (wanted(frame) ? [place] : []));
  const steps = placesOf((frame) => frame.t === 'step' && frame.taken.length > 0);
  const transitions = steps.length > 0 ? steps : placesOf(({ t }) => t === 'change');
  return { frames, times, transitions, model: createModel(recordedLimits) };
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

/** Everything as it was after so many frames. Backwards there is no way but from the start. */
export function seek(replay: Replay, count: number): Model {
  if (count < replay.model.frames) replay.model = createModel(recordedLimits);
  const { frames, model } = replay;
  for (let place = model.frames; place < count; place++) {
    const frame = frames[place];
    if (frame) reduce(model, frame);
  }
  return model;
}

/** Frames to take for the next transition, or to be back at the last one before; null where there is none. */
export function transitionFrom({ transitions, model }: Replay, direction: 'next' | 'previous'): number | null {
  const next = transitions[countUntil(transitions, model.frames - 1)];
  const previous = transitions[countUntil(transitions, model.frames - 2) - 1];
  const found = direction === 'next' ? next : previous;
  return found === undefined ? null : found + 1;
}
