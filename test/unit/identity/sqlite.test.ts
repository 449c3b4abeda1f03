import { execFileSync } from 'node:child_process';
import { afterEach, expect, test, vi } from 'vitest';
import { loadSqlite } from '../../../src/adapters/identity/sqlite.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** What a Node before 24.15 does; the one that the tests run on says nothing any more. */
function warnOnLoad(...warnings: readonly (readonly [text: string, name: string])[]) {
  const emitWarning = vi.spyOn(process, 'emitWarning').mockReturnValue();
  const sqlite = process.getBuiltinModule('node:sqlite');
  vi.spyOn(process, 'getBuiltinModule').mockImplementation(() => {
    for (const [text, name] of warnings) process.emitWarning(text, name);
    return sqlite;
  });
  return { emitWarning, sqlite };
}

test('that SQLite is experimental is not said, every other warning is', () => {
  const { emitWarning, sqlite } = warnOnLoad(
    ['SQLite is an experimental feature and might change at any time', 'ExperimentalWarning'],
    ['Type Stripping is an experimental feature and might change at any time', 'ExperimentalWarning'],
    ['SQLite is old', 'DeprecationWarning'],
  );
  expect(loadSqlite()).toBe(sqlite);
  expect(emitWarning.mock.calls).toEqual([
    ['Type Stripping is an experimental feature and might change at any time', 'ExperimentalWarning'],
    ['SQLite is old', 'DeprecationWarning'],
  ]);
});

test('warnings are as before once it is loaded, or could not be', () => {
  const { emitWarning } = process;
  loadSqlite();
  expect(process.emitWarning).toBe(emitWarning);
  vi.spyOn(process, 'getBuiltinModule').mockImplementation(() => {
    throw new Error('broken');
  });
  expect(loadSqlite).toThrow('broken');
  expect(process.emitWarning).toBe(emitWarning);
});

test('a Node without it is told with what to do', () => {
  vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined);
  expect(loadSqlite).toThrow(expect.objectContaining({ code: 'ERR_STATE_DIR' }));
  expect(loadSqlite).toThrow(/take Node 22\.13 or later/);
});

/** Whether Node has loaded the module once `code` has run, which may read the words after it. */
function loads(code: string, ...words: readonly string[]): boolean {
  const tell = 'console.log(process.moduleLoadList.includes("NativeModule sqlite"))';
  const args = ['--input-type=module', '-e', `${code}; ${tell}`, 'lanpeer', ...words];
  const said = execFileSync(process.execPath, args, { cwd: new URL('../../../', import.meta.url), encoding: 'utf8' });
  return said.trim().endsWith('true');
}

test('it is loaded for a state directory and for nothing else', { timeout: 60_000 }, () => {
  expect(loads(`(await import('./src/adapters/identity/sqlite.ts')).loadSqlite()`)).toBe(true);
  expect(loads(`await import('./src/cli/main.ts')`, 'key')).toBe(false);
  expect(loads(`(await import('./src/index.ts')).createNode({ access: 'open', stateDir: '/nowhere' })`)).toBe(false);
});
