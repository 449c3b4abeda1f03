import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import * as v from 'valibot';
import { asLanpeerError, LanpeerError } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Frame, format } from './model/frames.ts';

const at = v.pipe(v.number(), v.finite());
const text = v.pipe(v.string(), v.maxLength(4_096));
const facts = v.record(v.string(), v.unknown());
const path = v.pipe(v.string(), v.maxLength(256));
const value = v.union([text, facts]);
const reason = v.looseObject({ state: text, reason: text });

/** What a page and a replay rely on; facts beyond that are shown as they are. */
const frame = v.variant('t', [
  v.looseObject({ t: v.literal('hello'), at, format: v.string(), version: text, name: text, port: v.number() }),
  v.looseObject({
    t: v.literal('actor'),
    at,
    actor: text,
    machine: v.picklist(['node', 'connection']),
    value,
    input: facts,
  }),
  v.looseObject({
    t: v.literal('step'),
    at,
    actor: text,
    event: v.looseObject({ type: text }),
    value,
    status: v.picklist(['active', 'done', 'stopped', 'error']),
    taken: v.pipe(v.array(v.object({ from: path, to: path, label: text })), v.maxLength(64)),
    about: v.optional(reason),
    drawn: v.optional(
      v.object({
        random: v.optional(v.array(v.number())),
        monotonic: v.optional(v.array(v.number())),
        now: v.optional(v.array(v.number())),
      }),
    ),
  }),
  v.looseObject({ t: v.literal('change'), at, change: v.looseObject({ id: text, state: text, reason: text }) }),
  v.looseObject({ t: v.literal('peer'), at, id: text, peer: v.nullable(v.looseObject({ name: text })) }),
  v.looseObject({
    t: v.literal('device'),
    at,
    id: text,
    device: v.nullable(v.looseObject({ name: text, addresses: v.array(text) })),
  }),
  v.looseObject({ t: v.literal('session'), at, change: v.looseObject({ id: text, change: text }) }),
  v.looseObject({ t: v.literal('signal'), at, step: v.looseObject({ at, peer: v.nullable(text), step: text }) }),
  v.looseObject({ t: v.literal('error'), at, code: text, message: text }),
  v.looseObject({ t: v.literal('gap'), at, left: v.number() }),
  v.looseObject({
    t: v.literal('state'),
    at,
    node: v.looseObject({ id: v.nullable(text), port: v.number() }),
    actors: v.array(v.looseObject({ actor: text, machine: text, value })),
    peers: v.array(v.looseObject({ id: text, peer: v.looseObject({ name: text }) })),
    devices: v.array(v.looseObject({ id: text, device: v.looseObject({ name: text, addresses: v.array(text) }) })),
  }),
  v.looseObject({ t: v.literal('end'), at }),
]);

const wrong = (file: string, why: string): LanpeerError =>
  new LanpeerError('ERR_RECORDING', `${file} is no recording of a node: ${why}.`);

function parse(line: string): Frame | undefined {
  try {
    const parsed = v.safeParse(frame, JSON.parse(line));
    return parsed.success ? (parsed.output as unknown as Frame) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The frames of a recording. A line that was cut off, as when the process was killed, ends it. Rejects with
 * `ERR_RECORDING` for a file that cannot be read, is none, is of another format or too long.
 */
export async function readRecording(file: string): Promise<readonly Frame[]> {
  const frames: Frame[] = [];
  try {
    const { size } = await stat(file);
    if (size > limits.recording.fileBytes * 2) throw wrong(file, 'it is too long');
    const lines = createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY });
    for await (const line of lines) {
      const next = line.length <= limits.recording.lineBytes ? parse(line) : undefined;
      if (frames.length === 0 && next?.t !== 'hello') throw wrong(file, 'its first line is none');
      if (!next) break;
      if (next.t === 'hello' && next.format !== format)
        throw wrong(file, `its format is ${next.format}, this version reads ${format}`);
      frames.push(next);
    }
    if (frames.length === 0) throw wrong(file, 'it is empty');
    return frames;
  } catch (thrown) {
    throw asLanpeerError(thrown, 'ERR_RECORDING');
  }
}
