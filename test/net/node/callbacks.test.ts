import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { oddThrown } from '../../support/odd-values.ts';

const run = promisify(execFile);
const script = fileURLToPath(new URL('../../support/odd-callbacks-process.ts', import.meta.url));

test('a process survives whatever its callbacks throw, and its peer is heard', async () => {
  const { stdout } = await run(process.execPath, [script]);
  expect(stdout.trimEnd().split('\n')).toEqual([
    ...Object.keys(oddThrown).map((name) => `${name}: delivered delivered delivered true`),
    'the end',
  ]);
}, 120_000);
