// Breaks the sources in many ways, one at a time, and shows that the simulation catches each, or the test that the mutation
// names; without --sample then also that each limit is noticed by the test which reaches it:
// npm run mutations [-- [--seeds 500] [--sample 8] [part of a name]]. Which ones a sample has depends on the sources.
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { applied } from './mutations/applied.ts';
import { reached } from './mutations/limits.ts';
import { mutations } from './mutations/list.ts';
import type { Mutation } from './mutations/mutation.ts';
import { findViolation } from './mutations/run-seeds.ts';
import { failingTestOf } from './mutations/run-test.ts';
import { sampleOf } from './mutations/sample.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: 'string', default: '500' }, sample: { type: 'string' } },
});
const seeds = Number(values.seeds);
if (!(seeds > 0)) throw new Error('Give a number of seeds.');
const root = fileURLToPath(new URL('..', import.meta.url));
// Of all of them, those that are not tried as well: a text that fits no more shows at once.
const texts = mutations.map((one) => applied(root, one).before);
const wanted = mutations.filter(({ name }) => name.includes(positionals[0] ?? ''));
const chosen = sampleOf(wanted, Number(values.sample ?? wanted.length), texts);
const limits = Object.entries(values.sample === undefined ? reached : {})
  .flatMap(([test, paths]) => paths.map((path) => ({ name: `limit ${path}`, path, test })))
  .filter(({ name }) => name.includes(positionals[0] ?? ''));
if (chosen.length + limits.length === 0) throw new Error('There is no such mutation.');
const copy = mkdtempSync(join(tmpdir(), 'lanpeer-mutations-'));

/** What catches it; undefined if nothing does. */
const caughtBy = async ({ test }: Mutation): Promise<string | undefined> =>
  test === undefined ? findViolation(copy, seeds) : failingTestOf(copy, test);

/** Before a sample a few seeds are enough, to see that this machine is fast enough: the tests run all of them beside it. */
async function checkUnchanged(): Promise<void> {
  if (chosen.some(({ test }) => test === undefined)) {
    const count = values.sample === undefined ? seeds : Math.min(seeds, 20);
    const wrong = await findViolation(copy, count);
    if (wrong) throw new Error(`Without a mutation something is wrong: ${wrong}`);
    console.log(`unchanged: nothing wrong in ${count} seeds`);
  }
  for (const test of new Set([...chosen.flatMap((one) => one.test ?? []), ...limits.map((one) => one.test)])) {
    const failing = await failingTestOf(copy, test);
    if (failing) throw new Error(`Without a mutation ${test} fails: ${failing}`);
    console.log(`unchanged: ${test} passes`);
  }
}

let missed = 0;
function tell(name: string, caught: string | undefined): void {
  if (!caught) missed += 1;
  console.log(`${caught ? 'caught' : 'MISSED'}: ${name}${caught ? ` (${caught})` : ''}`);
}

try {
  for (const part of ['src', 'test', 'package.json', 'vitest.config.ts', 'tsconfig.json', 'scripts/mutations'])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  await checkUnchanged();
  for (const mutation of chosen) {
    const path = join(copy, mutation.file);
    const { before, after } = applied(copy, mutation);
    writeFileSync(path, after);
    const caught = await caughtBy(mutation);
    writeFileSync(path, before);
    tell(mutation.name, caught);
  }
  for (const { name, path, test } of limits) tell(name, await failingTestOf(copy, test, path));
} finally {
  rmSync(copy, { recursive: true, force: true });
}
const all = chosen.length + limits.length;
console.log(`\n${all - missed} of ${all} mutations caught`);
process.exitCode = missed === 0 ? 0 : 1;
