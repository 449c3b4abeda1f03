import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import * as v from 'valibot';
import { asLanpeerError, LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import { format, type TraceEvent } from './model/trace-events.ts';
import { traceEventSchema } from './trace-event-schema.ts';

const wrong = (file: string, why: string): LanpeerError =>
  new LanpeerError('ERR_RECORDING', `${file} is no recording of a node: ${why}.`);

function parse(line: string): TraceEvent | undefined {
  try {
    const parsed = v.safeParse(traceEventSchema, JSON.parse(line));
    return parsed.success ? (parsed.output as unknown as TraceEvent) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The trace events of a recording. A line that was cut off, as when the process was killed, ends it. Rejects with
 * `ERR_RECORDING` for a file that cannot be read, is none, is of another format or too long.
 */
export async function readRecording(file: string): Promise<readonly TraceEvent[]> {
  const traceEvents: TraceEvent[] = [];
  try {
    const { size } = await stat(file);
    if (size > limits.recording.fileBytes * 2) throw wrong(file, 'it is too long');
    const lines = createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY });
    for await (const line of lines) {
      const next = line.length <= limits.recording.lineBytes ? parse(line) : undefined;
      if (traceEvents.length === 0 && next?.t !== 'hello') throw wrong(file, 'its first line is none');
      if (!next) break;
      if (next.t === 'hello' && next.format !== format)
        throw wrong(file, `its format is ${next.format}, this version reads ${format}`);
      traceEvents.push(next);
    }
    if (traceEvents.length === 0) throw wrong(file, 'it is empty');
    return traceEvents;
  } catch (thrown) {
    throw asLanpeerError(thrown, 'ERR_RECORDING');
  }
}
