// Counts what fixed workloads take: writes, records, datagrams, timers, machine events, memory. Fails where a count is not
// what was recorded; noise moves none of them.
//   npm run counts                  compares with scripts/counts/recorded.json
//   npm run counts -- --planted     plants a regression of 15 % in each, or one where the count is 0, and fails if it passes
//   npm run counts -- --record 20   records them anew
import { parseArgs } from 'node:util';
import { deviationOf, judge, medianOf, type Recorded, toleranceOf, type Verdict } from './counts/judge.ts';
import type { Counts } from './counts/measurement.ts';
import { readRecording, writeRecording } from './counts/recording.ts';
import { runWorkload, workloads } from './counts/run-workload.ts';

const { values } = parseArgs({ options: { record: { type: 'string' }, planted: { type: 'boolean' } } });

const show = (value: number): string => (value >= 1_000 ? value.toFixed(0) : value.toPrecision(4));
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const line = (name: string, cells: readonly string[]): string =>
  [name.padEnd(64), ...cells.map((cell) => cell.padStart(13))].join('');

function recordAnew(count: number): void {
  if (!(count >= 3)) throw new Error('Give a number of runs, at least 3.');
  const runs: Counts[] = [];
  for (let run = 0; run < count; run += 1) {
    runs.push(Object.assign({}, ...workloads.map((workload) => runWorkload(workload))));
    console.log(`run ${run + 1} of ${count}`);
  }
  const { used, notUsed } = writeRecording(runs);
  console.log(line('recorded', ['median', 'spread']));
  for (const [name, one] of Object.entries(used))
    console.log(line(name, [show(one.median), percent(deviationOf(one))]));
  console.log('\nnot used, their spread is too wide for a regression of 15 %:');
  for (const [name, one] of Object.entries(notUsed))
    console.log(line(name, [show(one.median), `${show(one.least)}–${show(one.most)}`]));
}

/** The counts of a workload that are used, by name. */
function usedOf(workload: string): readonly (readonly [string, Recorded])[] {
  return Object.entries(readRecording().used).filter(([name]) => name.startsWith(`${workload}: `));
}

function verdictsOf(workload: string, counts: Counts): ReadonlyMap<string, Verdict> {
  // A count that is gone would else never fail again.
  return new Map(
    usedOf(workload).map(([name, recorded]) => [name, judge(recorded, counts[name] ?? Number.POSITIVE_INFINITY)]),
  );
}

/** One run; where it has a count outside of what is allowed, the medians of three. */
function measured(workload: (typeof workloads)[number]): Counts {
  const first = runWorkload(workload);
  if ([...verdictsOf(workload, first).values()].every((verdict) => verdict === 'same')) return first;
  const runs = [first, runWorkload(workload), runWorkload(workload)];
  return Object.fromEntries(Object.keys(first).map((name) => [name, medianOf(runs.map((run) => run[name] ?? 0))]));
}

function compare(planted: boolean): void {
  let wrong = 0;
  console.log(line(planted ? 'count, with a planted regression' : 'count', ['recorded', 'allowed', 'now', '']));
  for (const workload of workloads) {
    const counts = planted ? runWorkload(workload, true) : measured(workload);
    const verdicts = verdictsOf(workload, counts);
    for (const [name, recorded] of usedOf(workload)) {
      const verdict = verdicts.get(name) ?? 'worse';
      if (planted ? verdict !== 'worse' : verdict !== 'same') wrong += 1;
      const allowed = `± ${percent(toleranceOf(recorded))}`;
      console.log(line(name, [show(recorded.median), allowed, show(counts[name] ?? Number.NaN), verdict]));
    }
  }
  if (planted) console.log(`\n${wrong} planted regressions were not noticed`);
  else if (wrong === 0) console.log('\nall counts are as they were recorded');
  else
    console.log(
      `\n${wrong} counts are not as they were recorded. If that is meant, worse or better, record them anew: npm run counts -- --record 20`,
    );
  process.exitCode = wrong === 0 ? 0 : 1;
}

if (values.record !== undefined) recordAnew(Number(values.record));
else compare(values.planted ?? false);
