// Everything that is measured, each part beside the stacks below lanpeer and beside others that are installed
// (npm ci --prefix bench/stacks), by turns. docs/performance.md says more.
//   npm run bench -- [--rounds 5] [--only connect,small] [--json FILE] [--merge] [--quick] [--loss PERCENT]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parts as known } from './parts/index.ts';
import { readArguments } from './support/options.ts';
import type { PartResult } from './support/part.ts';
import { type BenchResult, merged, resultOf } from './support/result.ts';
import { runPart } from './support/run-part.ts';
import { printPart } from './support/table.ts';

const args = process.argv.slice(2);
const { parts, json, merge, ...options } = readArguments(args, known);

if (options.lossPercent > 0 && process.env['LANPEER_BENCH_LOSS'] === undefined) {
  const script = fileURLToPath(new URL('loss.sh', import.meta.url));
  const { status } = spawnSync('bash', [script, String(options.lossPercent), ...args], { stdio: 'inherit' });
  process.exit(status ?? 1);
}

const begun = performance.now();
const seconds = (): number => (performance.now() - begun) / 1_000;
const results: PartResult[] = [];

/** After each part: what one leaves undone is not lost with it. */
function write(file: string): void {
  const result = resultOf(options, seconds(), results);
  const older = merge && existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as BenchResult) : undefined;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(older ? merged(older, result) : result, null, 2)}\n`);
}

console.log(`${parts.length} parts, ${options.rounds} rounds, ${options.lossPercent} % of the packets lost each way`);
for (const part of parts) {
  const result = await runPart(part, options, console.error);
  results.push(result);
  console.log(`\n${printPart(result)}`);
  if (json !== undefined) write(json);
}
console.log(`\n${Math.round(seconds())} s in all`);
// A part that measured nothing at all has failed.
process.exit(results.some(({ rows }) => rows.every(({ values }) => Object.keys(values).length === 0)) ? 1 : 0);
