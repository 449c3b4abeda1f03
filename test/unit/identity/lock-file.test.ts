import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { takeLock } from '../../../src/adapters/identity/lock.ts';
import { ownMark } from '../../../src/adapters/identity/process-mark.ts';
import { newDirectory } from '../../support/directory.ts';

const inUse = { code: 'ERR_STATE_IN_USE' };

function existing(): string {
  const directory = newDirectory();
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return directory;
}

test('the lock is an empty file of its owner’s, beside which nothing but a name lies while it is held', async () => {
  const directory = existing();
  const release = await takeLock(directory);
  expect(readdirSync(directory).sort()).toEqual(['lock.db', 'lock.json']);
  for (const name of ['lock.db', 'lock.json']) expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
  expect(statSync(join(directory, 'lock.db')).size).toBe(0);
  expect(JSON.parse(readFileSync(join(directory, 'lock.json'), 'utf8'))).toMatchObject({
    host: hostname(),
    mark: await ownMark(),
  });
  await Promise.all([release(), release()]);
  expect(readdirSync(directory)).toEqual(['lock.db']);
});

test.each([
  ['nobody', undefined],
  ['what is no JSON', 'x{'],
  ['another shape', '{"host":1}'],
  [
    'a process that is gone',
    JSON.stringify({ host: hostname(), mark: '4194304000 1@x', started: '2026-01-01T00:00:00Z' }),
  ],
  ['a process of another host', JSON.stringify({ host: 'elsewhere', mark: '1 1@x', started: '2026-01-01T00:00:00Z' })],
])('lock.json never decides: it names %s', async (_, text) => {
  const directory = existing();
  const name = (): void => {
    rmSync(join(directory, 'lock.json'), { force: true });
    if (text !== undefined) writeFileSync(join(directory, 'lock.json'), text);
  };
  name();
  const release = await takeLock(directory);
  name();
  await expect(takeLock(directory)).rejects.toMatchObject(inUse);
  await release();
  await (await takeLock(directory))();
});

test('when the holder is unknown, names what else may be the cause', async () => {
  const directory = existing();
  const release = await takeLock(directory);
  rmSync(join(directory, 'lock.json'));
  await expect(takeLock(directory)).rejects.toThrow(/cannot lock files: put the directory on a local disk/);
  await release();
});

test('a name in lock.json cannot write to a terminal', async () => {
  const directory = existing();
  const release = await takeLock(directory);
  writeFileSync(
    join(directory, 'lock.json'),
    JSON.stringify({ host: 'e\u001b[2Jl', mark: '1\u202e 1@x', started: '2026-01-01T00:00:00Z' }),
  );
  await expect(takeLock(directory)).rejects.toThrow('(process 1? on e??2Jl, started 2026-01-01T00:00:00Z)');
  await release();
});

test('lock files of the version before say nothing any more and are removed', async () => {
  const directory = existing();
  writeFileSync(join(directory, 'lock.7'), `${await ownMark()} abcdef`);
  writeFileSync(join(directory, 'lock-0123456789ab'), '');
  writeFileSync(join(directory, 'lock.txt'), 'of another program');
  const release = await takeLock(directory);
  expect(readdirSync(directory).sort()).toEqual(['lock.db', 'lock.json', 'lock.txt']);
  await release();
});

test('a lock.db that is something else is left alone', async () => {
  const directory = existing();
  const path = join(directory, 'lock.db');
  writeFileSync(path, 'x'.repeat(5_000));
  await expect(takeLock(directory)).rejects.toMatchObject({ code: 'ERR_STATE_DIR' });
  await expect(takeLock(directory)).rejects.toThrow(`${path} is not the lock of lanpeer: remove it`);
  expect(statSync(path).size).toBe(5_000);
  rmSync(path);
  mkdirSync(path);
  await expect(takeLock(directory)).rejects.toMatchObject({ code: 'ERR_STATE_DIR' });
});

test('a path that SQLite cannot open is too long, and that is said', async () => {
  const directory = join(existing(), ...Array.from({ length: 6 }, () => 'x'.repeat(100)));
  mkdirSync(directory, { recursive: true });
  await expect(takeLock(directory)).rejects.toMatchObject({ code: 'ERR_STATE_DIR' });
  await expect(takeLock(directory)).rejects.toThrow(/is too long: choose one of 503 bytes at most/);
});

test('a directory that is gone is ERR_STATE_DIR', async () => {
  const directory = join(existing(), 'absent');
  await expect(takeLock(directory)).rejects.toMatchObject({ code: 'ERR_STATE_DIR', cause: { code: 'ENOENT' } });
});
