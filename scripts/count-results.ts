// Prints what failed, then `N passed, N failed, N skipped`, for the test reports in a directory and the checks beside them.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly { readonly name: string; readonly assertionResults: readonly Assertion[] }[];
}

interface Assertion {
  readonly status: string;
  readonly fullName: string;
  readonly failureMessages?: readonly string[];
}

const [directory = '.', checks = '0', failures = '0'] = process.argv.slice(2);
let passed = Number(checks) - Number(failures);
let failed = Number(failures);
let skipped = 0;
for (const file of readdirSync(directory).filter((name) => name.endsWith('.json'))) {
  const report: Report = JSON.parse(readFileSync(join(directory, file), 'utf8'));
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  skipped += report.numPendingTests + report.numTodoTests;
  for (const { name, assertionResults } of report.testResults)
    for (const { status, fullName, failureMessages } of assertionResults)
      if (status !== 'passed')
        console.log(`${status}: ${relative('.', name)}: ${fullName}\n  ${failureMessages?.[0]?.slice(0, 600) ?? ''}`);
}
// With everything installed, a test that is skipped is a test that does not run: that fails.
const skipFails = process.env['LANPEER_REQUIRE_ALL'] === '1' && skipped > 0;
console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed > 0 || skipFails ? 1 : 0;
