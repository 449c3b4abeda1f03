import type { TraceEvent } from '../model/trace-events.ts';

const firstDelayMs = 1_000;
const lastDelayMs = 5_000;

export interface TraceEventListener {
  traceEvents(traceEvents: readonly TraceEvent[]): void;
  /** `failures` in a row, this one included; it is tried again at `retryAt`. */
  lost(failures: number, retryAt: number): void;
}

export interface Subscription {
  /** A recording is whole: nothing more is to come. */
  finish(): void;
}

/** Takes trace events from the node that serves this page, and comes back to it when it was away. */
export function openTraceEvents(listener: TraceEventListener): Subscription {
  let failures = 0;
  let finished = false;

  function open(): void {
    const socket = new WebSocket(`ws://${location.host}/trace`);
    socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      failures = 0;
      listener.traceEvents(JSON.parse(String(data)) as readonly TraceEvent[]);
    });
    socket.addEventListener('close', () => {
      if (finished) return;
      failures += 1;
      const delay = Math.min(firstDelayMs * 1.5 ** (failures - 1), lastDelayMs);
      window.setTimeout(open, delay);
      listener.lost(failures, Date.now() + delay);
    });
  }

  open();
  return {
    finish: () => {
      finished = true;
    },
  };
}
