import type { TraceEvent } from './model/trace-events.ts';
import { readRecording } from './read-recording.ts';
import { createPages } from './server/pages.ts';
import { type PageServer, servePage } from './server/server.ts';

/** Serves the page for a recording. Rejects with `ERR_RECORDING`, `ERR_PORT_IN_USE` or `ERR_INSPECTOR`. */
export async function showRecording(file: string, port: number): Promise<PageServer> {
  const frames = await readRecording(file);
  const last = frames.at(-1);
  const whole: readonly TraceEvent[] = last && last.t !== 'end' ? [...frames, { t: 'end', at: last.at }] : frames;
  return servePage(
    port,
    createPages({ greeting: () => whole, standing: () => [] }, () => last?.at ?? 0),
  );
}
