import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { newDirectory } from '../support/directory.ts';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/operations.md', root), 'utf8');
const rxjs = fileURLToPath(import.meta.resolve('rxjs'));
const snippet = (/^## Faults\n[\s\S]*?```ts\n([\s\S]*?)```/m.exec(page)?.[1] ?? '')
  .replace("from 'lanpeer'", `from '${new URL('src/index.ts', root).href}'`)
  .replace("from 'rxjs'", `from '${rxjs}'`);

function run(text: string) {
  const directory = newDirectory();
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'snippet.mts');
  writeFileSync(file, text);
  return promisify(execFile)(process.execPath, [file]);
}

test('the snippet on faults runs as it stands, and tells both', { timeout: 60_000 }, async () => {
  const { stderr } = await run(snippet);
  expect(stderr).toContain('LanpeerWarning');
  expect(stderr).toContain('A subscriber of peers$ threw: lanpeer reports this');
  expect(stderr).toContain('A subscriber threw: Error: RxJS reports this');
});

test('without onUnhandledError it ends, as the page says', { timeout: 60_000 }, async () => {
  const without = snippet.replace(/^config\.onUnhandledError.*$/m, '');
  expect(without).not.toBe(snippet);
  await expect(run(without)).rejects.toThrow('RxJS reports this');
});
