import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Recorded, record } from './judge.ts';
import type { Counts } from './measurement.ts';

const file = fileURLToPath(new URL('recorded.json', import.meta.url));

/** The counts of all workloads, as they were recorded. */
export interface Recording {
  readonly date: string;
  readonly node: string;
  readonly runs: number;
  readonly used: Readonly<Record<string, Recorded>>;
  /** Counts whose spread is too wide to show a regression of 15 %. */
  readonly notUsed: Readonly<Record<string, Recorded>>;
}

export const readRecording = (): Recording => JSON.parse(readFileSync(file, 'utf8'));

/** Four digits are enough for what is compared by the per cent. */
const rounded = (value: number): number => Number(value.toPrecision(5));

export function writeRecording(runs: readonly Counts[]): Recording {
  const judged = record(runs);
  const those = (isUsed: boolean): Record<string, Recorded> =>
    Object.fromEntries(
      judged
        .filter((one) => one.isUsed === isUsed)
        .map(({ name, median, least, most }) => [
          name,
          { median: rounded(median), least: rounded(least), most: rounded(most) },
        ]),
    );
  const recording: Recording = {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    runs: runs.length,
    used: those(true),
    notUsed: those(false),
  };
  writeFileSync(file, `${JSON.stringify(recording, null, 2)}\n`);
  return recording;
}
