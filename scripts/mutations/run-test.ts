import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

interface Report {
  readonly numTotalTests: number;
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/**
 * The first test of that file, in the sources of that directory, which fails; undefined if all pass.
 * @param limit Path of the limit that is changed for the sources.
 */
export function failingTestOf(directory: string, file: string, limit?: string): string | undefined {
  const output = join(directory, 'report.json');
  rmSync(output, { force: true });
  const vitest = join(directory, 'node_modules/vitest/vitest.mjs');
  // The other projects build the command first, which no mutation is about.
  const isUnit = /^test\/(unit|property)\//.test(file);
  const config =
    isUnit && limit === undefined ? ['--project', 'unit'] : ['--config', 'scripts/mutations/vitest.config.ts'];
  const args = [vitest, 'run', ...config, '--bail=1', '--reporter=json', `--outputFile=${output}`, file];
  spawnSync(process.execPath, args, {
    cwd: directory,
    env: { ...process.env, ...(limit !== undefined && { LANPEER_LIMIT: limit }) },
    stdio: 'ignore',
    timeout: 120_000,
    killSignal: 'SIGKILL',
  });
  const { numTotalTests, testResults } = JSON.parse(readFileSync(output, 'utf8')) as Report;
  // A file that cannot be loaded shows nothing of what its tests would notice.
  if (numTotalTests === 0) throw new Error(`${file}: no test has run. ${testResults[0]?.message ?? ''}`);
  return testResults.flatMap((one) => one.assertionResults).find(({ status }) => status === 'failed')?.fullName;
}
