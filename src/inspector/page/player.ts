import type { Model } from '../model/model.ts';
import { countUntil, createReplay, lastInUse, seek, transitionFrom } from '../model/replay.ts';
import type { TraceEvent } from '../model/trace-events.ts';

export const speeds = [0.1, 0.5, 1, 2, 5, 20, 100] as const;

/** Plays a recording. */
export interface Player {
  readonly start: number;
  readonly end: number;
  /** The moment that is shown. */
  readonly at: number;
  readonly playing: boolean;
  readonly speed: number;
  /** Transitions over time, in equal parts of it. */
  readonly density: readonly number[];
  readonly model: Model;
  goTo(at: number): void;
  goToTransition(direction: 'next' | 'previous'): void;
  play(on: boolean): void;
  setSpeed(speed: number): void;
}

function densityOf(times: readonly number[], places: readonly number[], start: number, end: number): number[] {
  const parts = new Array<number>(200).fill(0);
  const width = Math.max(1, end - start) / parts.length;
  for (const place of places) {
    const part = Math.min(parts.length - 1, Math.floor(((times[place] ?? start) - start) / width));
    parts[part] = (parts[part] ?? 0) + 1;
  }
  return parts;
}

/** `changed` is called when another moment is to be shown, `stepped` when the user waits for it. */
export function createPlayer(traceEvents: readonly TraceEvent[], changed: () => void, stepped: () => void): Player {
  const replay = createReplay(traceEvents);
  const start = replay.times[0] ?? 0;
  const end = replay.times.at(-1) ?? start;
  /** Trace events until then. They are taken when the page draws: a slider moves faster than a long recording can follow. */
  let wanted = lastInUse(replay);
  let at = replay.times[wanted - 1] ?? start;
  /** Nobody has chosen a moment yet: what plays is the whole. */
  let isChosen = false;
  let speed = 1;
  let last: number | null = null;

  function show(moment: number): void {
    isChosen = true;
    at = Math.max(start, Math.min(end, moment));
    wanted = countUntil(replay.times, at);
    changed();
  }

  function turn(): void {
    if (last === null) return;
    const now = performance.now();
    const passed = (now - last) * speed;
    last = at + passed >= end ? null : now;
    show(at + passed);
    if (last !== null) requestAnimationFrame(turn);
  }

  return {
    start,
    end,
    density: densityOf(replay.times, replay.transitions, start, end),
    get at() {
      return at;
    },
    get playing() {
      return last !== null;
    },
    get speed() {
      return speed;
    },
    get model() {
      return seek(replay, wanted);
    },
    goTo: show,
    goToTransition: (direction) => {
      last = null;
      isChosen = true;
      seek(replay, wanted);
      // Several may share one time: the place among the trace events counts, not the time.
      wanted = transitionFrom(replay, direction) ?? wanted;
      at = replay.times[wanted - 1] ?? at;
      stepped();
    },
    play: (on) => {
      if (on && (at >= end || !isChosen)) show(start);
      const idle = last === null;
      last = on ? performance.now() : null;
      if (on && idle) requestAnimationFrame(turn);
      changed();
    },
    setSpeed: (wanted) => {
      speed = wanted;
      changed();
    },
  };
}
