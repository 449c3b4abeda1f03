import { LanpeerError, type LanpeerErrorCode } from '../../../src/errors.ts';
import { createSeededRandom } from '../../../src/testing/simulation/seeded-random.ts';
import { keep, readCorpus } from './corpus.ts';
import { mutate } from './mutate.ts';

/** A decoder of bytes from any sender. */
export interface Decoder {
  readonly name: string;
  /** Good inputs. What is kept in `corpus/NAME` comes besides. */
  readonly samples: readonly Uint8Array[];
  /** Words of its format. */
  readonly words?: readonly (string | Uint8Array)[];
  /** Longest input. */
  readonly mostBytes: number;
  /**
   * Decodes, checks what holds for every result, and says what it was: inputs with a new answer are kept and changed
   * further. A throw is a defect.
   */
  readonly run: (input: Buffer) => string | Promise<string>;
  /** Bytes that a byte of input may hold at most once it is decoded; default 256. */
  readonly weight?: number;
}

/** How long each decoder is fed; CI has 10 s, `npm run release-check` more. */
const durationMs = Number(process.env['LANPEER_FUZZ_MS'] ?? 10_000);
const seed = Number(process.env['LANPEER_FUZZ_SEED'] ?? 1);
/** New inputs are written to the corpus, for a person to look at and commit. */
const keeps = process.env['LANPEER_FUZZ_KEEP'] === '1';

/** No input of the lengths here is worth more: 250 ms on any machine, measured again where the first time was not. */
const soonMs = 250;
const freeBytes = 4_194_304;
/** More would make it slow: what they lead to is known by then. */
const mostInputs = 2_000;
const lookEvery = 64;

/**
 * What a decoder makes of an input: the code of the error that it threw, which must be among these, or what `accepted`
 * says of its result.
 */
export function outcomeOf<T>(
  codes: readonly LanpeerErrorCode[],
  decode: () => T,
  accepted: (value: T) => string,
): string {
  let value: T;
  try {
    value = decode();
  } catch (thrown) {
    if (!(thrown instanceof LanpeerError) || !codes.includes(thrown.code)) throw thrown;
    return `${thrown.code} ${thrown.message.replace(/[\d"'`].*/s, '').slice(0, 60)}`;
  }
  return accepted(value);
}

const held = (): number => {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

/** One run under the clock. What was late or heavy once may have been the collector, or another process. */
async function measured({ run, weight = 256 }: Decoder, input: Buffer, looks: boolean): Promise<string> {
  for (let left = 4; ; left -= 1) {
    const before = looks ? held() : 0;
    const begun = performance.now();
    const outcome = await run(input);
    const tookMs = performance.now() - begun;
    const grew = looks ? held() - before : 0;
    const most = freeBytes + weight * input.byteLength;
    if (tookMs <= soonMs && grew <= most) return outcome;
    if (left === 0) throw new Error(`It took ${Math.round(tookMs)} ms and ${grew} bytes of memory, of ${most}.`);
  }
}

/** Feeds a decoder until its time is over. A defect is thrown with the input that shows it. */
export async function fuzz(decoder: Decoder): Promise<void> {
  const { name, mostBytes } = decoder;
  const random = createSeededRandom(seed);
  const words = (decoder.words ?? []).map((word) => Buffer.from(word as Uint8Array));
  const corpus: Buffer[] = [];
  const known = new Map<string, number>();
  let runs = 0;

  async function feed(input: Buffer, isNew: boolean): Promise<void> {
    runs += 1;
    try {
      // A decoder gets its own copy: what it does to that changes no other run.
      const outcome = await measured(decoder, Buffer.from(input), runs % lookEvery === 0 || !isNew);
      const shortest = known.get(outcome);
      if (shortest !== undefined && isNew) return;
      known.set(outcome, input.byteLength);
      if (corpus.length < mostInputs) corpus.push(input);
      if (keeps && isNew && input.byteLength <= 2_048) keep(name, input);
    } catch (cause) {
      const shown = input.toString('base64').slice(0, 16_384);
      throw new Error(`${name}: seed ${seed}, run ${runs}: ${String(cause)}\ninput in base64: ${shown}`, { cause });
    }
  }

  for (const input of [...decoder.samples.map((one) => Buffer.from(one)), ...readCorpus(name)])
    await feed(input, false);
  const until = performance.now() + durationMs;
  while (performance.now() < until)
    for (let left = 16; left > 0; left -= 1) await feed(mutate(corpus, words, mostBytes, random), true);
  process.stdout.write(`fuzz: ${name}: seed ${seed}, ${runs} runs, ${known.size} outcomes\n`);
}
