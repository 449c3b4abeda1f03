// Breaks the sources in many ways, one at a time, and shows that the simulation catches each, or the test that the mutation
// names: npm run mutations [-- seeds [part of a name]]
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mutations } from './mutations/list.ts';
import type { Mutation } from './mutations/mutation.ts';
import { findViolation } from './mutations/run-seeds.ts';
import { failingTestOf } from './mutations/run-test.ts';

const seeds = Number(process.argv[2] ?? 500);
const wanted = process.argv[3] ?? '';
const root = fileURLToPath(new URL('..', import.meta.url));
const copy = mkdtempSync(join(tmpdir(), 'lanpeer-mutations-'));
const chosen = mutations.filter((one) => one.name.includes(wanted));

/** What catches it; undefined if nothing does. */
const caughtBy = async ({ test }: Mutation): Promise<string | undefined> =>
  test === undefined ? findViolation(copy, seeds) : failingTestOf(copy, test);

async function checkUnchanged(): Promise<void> {
  if (chosen.some(({ test }) => test === undefined)) {
    const wrong = await findViolation(copy, seeds);
    if (wrong) throw new Error(`Without a mutation something is wrong: ${wrong}`);
    console.log(`unchanged: nothing wrong in ${seeds} seeds`);
  }
  for (const test of new Set(chosen.flatMap((one) => one.test ?? []))) {
    const failing = failingTestOf(copy, test);
    if (failing) throw new Error(`Without a mutation ${test} fails: ${failing}`);
    console.log(`unchanged: ${test} passes`);
  }
}

let missed = 0;
try {
  for (const part of ['src', 'test', 'package.json', 'vitest.config.ts', 'tsconfig.json'])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  await checkUnchanged();
  for (const mutation of chosen) {
    const { name, file, from, to } = mutation;
    const path = join(copy, file);
    const before = readFileSync(path, 'utf8');
    if (before.split(from).length !== 2)
      throw new Error(`${name}: ${file} has changed, it does not have that once: ${from}`);
    writeFileSync(
      path,
      before.replace(from, () => to),
    );
    const caught = await caughtBy(mutation);
    writeFileSync(path, before);
    if (!caught) missed += 1;
    console.log(`${caught ? 'caught' : 'MISSED'}: ${name}${caught ? ` (${caught})` : ''}`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(`\n${chosen.length - missed} of ${chosen.length} mutations caught`);
process.exitCode = missed === 0 ? 0 : 1;
