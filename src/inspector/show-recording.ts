import type { TraceEvent } from './model/trace-events.ts';
import { readRecording } from './read-recording.ts';
import { createPages } from './server/pages.ts';
import { type PageServer, servePage } from './server/server.ts';

/** Serves the page for a recording. Rejects with `ERR_RECORDING`, `ERR_PORT_IN_USE` or `ERR_INSPECTOR`. */
export async function showRecording(file: string, port: number): Promise<PageServer> {
  const traceEvents = await readRecording(file);
  const last = traceEvents.at(-1);
  const whole: readonly TraceEvent[] =
    last && last.t !== 'end' ? [...traceEvents, { t: 'end', at: last.at }] : traceEvents;
  return servePage(
    port,
    createPages({ greeting: () => whole, standing: () => [] }, () => last?.at ?? 0),
  );
}
