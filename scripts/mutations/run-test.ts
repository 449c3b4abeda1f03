import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

interface Report {
  readonly numTotalTests: number;
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

const limitMs = 120_000;

/** Runs Node until it ends, or its time is over: then with all that it has started, which may be in a loop. */
async function run(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(process.execPath, args, { cwd, env, stdio: 'ignore', detached: true });
  const timer = setTimeout(() => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL'), limitMs);
  await once(child, 'exit');
  clearTimeout(timer);
}

/**
 * The first test of that file, in the sources of that directory, which fails; undefined if all pass.
 * @param limit Path of the limit that is changed for the sources.
 */
export async function failingTestOf(directory: string, file: string, limit?: string): Promise<string | undefined> {
  const output = join(directory, 'report.json');
  rmSync(output, { force: true });
  const vitest = join(directory, 'node_modules/vitest/vitest.mjs');
  // The other projects build the command first, which no mutation is about.
  const isUnit = /^test\/(unit|property)\//.test(file);
  const config =
    isUnit && limit === undefined ? ['--project', 'unit'] : ['--config', 'scripts/mutations/vitest.config.ts'];
  const args = [vitest, 'run', ...config, '--bail=1', '--reporter=json', `--outputFile=${output}`, file];
  await run(args, directory, { ...process.env, ...(limit !== undefined && { LANPEER_LIMIT: limit }) });
  if (!existsSync(output)) return `${file} does not end`;
  const { numTotalTests, testResults } = JSON.parse(readFileSync(output, 'utf8')) as Report;
  // A file that cannot be loaded shows nothing of what its tests would notice.
  if (numTotalTests === 0) throw new Error(`${file}: no test has run. ${testResults[0]?.message ?? ''}`);
  return testResults.flatMap((one) => one.assertionResults).find(({ status }) => status === 'failed')?.fullName;
}
