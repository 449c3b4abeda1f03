import type { StepEvent, TraceEvent } from './model/trace-events.ts';

/** An event that changed nothing: a sign of life, a fact about a link that is gone. There are many of them. */
const isIdle = ({ taken, status }: StepEvent): boolean => taken.length === 0 && status === 'active';

/** The last trace events, for pages that come later. */
export function createHistory(most: number) {
  let frames: TraceEvent[] = [];
  return {
    add(frame: TraceEvent): void {
      frames.push(frame);
      // Not one by one: that would move all the others each time.
      if (frames.length > most * 2) frames = frames.slice(-most);
    },
    recent: (): readonly TraceEvent[] => frames.slice(-most),
  };
}

/** True for what a page is not told. */
export const isNoise = (frame: TraceEvent): boolean => frame.t === 'step' && isIdle(frame);
