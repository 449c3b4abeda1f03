import type { StepEvent, TraceEvent } from './model/trace-events.ts';

/** An event that changed nothing: a sign of life, a fact about a link that is gone. There are many of them. */
const isIdle = ({ taken, status }: StepEvent): boolean => taken.length === 0 && status === 'active';

/** The last trace events, for pages that come later. */
export function createHistory(most: number) {
  let traceEvents: TraceEvent[] = [];
  return {
    add(traceEvent: TraceEvent): void {
      traceEvents.push(traceEvent);
      // Not one by one: that would move all the others each time.
      if (traceEvents.length > most * 2) traceEvents = traceEvents.slice(-most);
    },
    recent: (): readonly TraceEvent[] => traceEvents.slice(-most),
  };
}

/** True for what a page is not told. */
export const isNoise = (traceEvent: TraceEvent): boolean => traceEvent.t === 'step' && isIdle(traceEvent);
