import { once } from 'node:events';
import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, expect, test } from 'vitest';
import { takeLock } from '../../../src/adapters/identity/lock.ts';
import { newDirectory } from '../../support/directory.ts';
import { forkIdentityProcess } from '../../support/identity-fork.ts';

const processes = { timeout: 120_000 };
const inUse = { code: 'ERR_STATE_IN_USE' };
const workers = new Set<Worker>();

afterEach(async () => {
  await Promise.all([...workers].map((worker) => worker.terminate()));
  workers.clear();
});

function existing(): string {
  const directory = newDirectory();
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return directory;
}

/** A worker that has tried to take the lock, and what it says of that. */
async function makeWorker(directory: string): Promise<{ readonly worker: Worker; readonly said: unknown }> {
  const worker = new Worker(new URL('../../support/identity-worker-process.ts', import.meta.url), {
    workerData: directory,
  });
  workers.add(worker);
  const [said] = await once(worker, 'message');
  return { worker, said };
}

test(
  'when twenty processes open it at one moment, lets exactly one, and names it to the others',
  processes,
  async () => {
    const directory = existing();
    const openers = await Promise.all(Array.from({ length: 20 }, () => forkIdentityProcess(directory)));
    const said = await Promise.all(openers.map((opener) => opener.tell('take')));
    const winner = openers[said.indexOf('taken')];
    expect(said.filter((one) => one === 'taken')).toHaveLength(1);
    for (const one of said.filter((other) => other !== 'taken')) {
      expect(one).toMatch(/^ERR_STATE_IN_USE /);
      expect(one).toContain(`process ${winner?.pid} on ${hostname()}, started 2`);
    }
  },
);

test('after kill -9 exactly one of the next opens it, with the same id and a higher counter', processes, async () => {
  const directory = newDirectory();
  const first = await forkIdentityProcess(directory);
  const was = (await first.open()).split(' ');
  const nexts = await Promise.all(Array.from({ length: 3 }, () => forkIdentityProcess(directory)));
  expect(await nexts[0]?.open()).toContain('ERR_STATE_IN_USE');
  await first.kill();
  const said = await Promise.all(nexts.map((opener) => opener.open()));
  const [is, ...more] = said.filter((one) => one.startsWith('open')).map((one) => one.split(' '));
  expect(more).toEqual([]);
  expect(is?.[1]).toBe(was[1]);
  expect(Number(is?.[2])).toBeGreaterThan(Number(was[2]));
});

test.each(['exit', 'throw'])(
  'a process that ends by %s without a release leaves it free',
  processes,
  async (command) => {
    const directory = existing();
    const opener = await forkIdentityProcess(directory);
    expect(await opener.tell('take')).toBe('taken');
    await opener.end(command);
    await (await takeLock(directory))();
  },
);

test('a process keeps its lock without a reference to it', processes, async () => {
  const directory = existing();
  const opener = await forkIdentityProcess(directory);
  expect(await opener.tell('take')).toBe('taken');
  expect(await opener.tell('forget')).toBe('collected');
  await expect(takeLock(directory)).rejects.toMatchObject(inUse);
});

test('processes take it in turn', processes, async () => {
  const directory = existing();
  const [a, b] = [await forkIdentityProcess(directory), await forkIdentityProcess(directory)];
  for (let turn = 0; turn < 3; turn += 1) {
    expect(await a.tell('take')).toBe('taken');
    expect(await b.tell('take')).toContain(`process ${a.pid} `);
    expect(await a.tell('release')).toBe('released');
    expect(await b.tell('take')).toBe('taken');
    expect(await a.tell('take')).toContain(`process ${b.pid} `);
    expect(await b.tell('release')).toBe('released');
  }
});

test('a worker has it against its own process, other workers and other processes', processes, async () => {
  const directory = existing();
  expect((await makeWorker(directory)).said).toBe('taken');
  await expect(takeLock(directory)).rejects.toMatchObject(inUse);
  expect((await makeWorker(directory)).said).toBe('ERR_STATE_IN_USE');
  // An opening that was refused here has released nothing.
  expect(await (await forkIdentityProcess(directory)).tell('take')).toContain(`process ${process.pid} `);
});

test('a worker that is terminated has it no more', processes, async () => {
  const directory = existing();
  const { worker, said } = await makeWorker(directory);
  expect(said).toBe('taken');
  await worker.terminate();
  const release = await takeLock(directory);
  expect((await makeWorker(directory)).said).toBe('ERR_STATE_IN_USE');
  await release();
  const opener = await forkIdentityProcess(directory);
  expect(await opener.tell('take')).toBe('taken');
  await expect(takeLock(directory)).rejects.toMatchObject(inUse);
});

test('it is one lock, by whatever path one comes', processes, async () => {
  const directory = existing();
  const other = join(dirname(directory), 'other');
  symlinkSync(directory, other);
  const release = await takeLock(directory);
  await expect(takeLock(other)).rejects.toMatchObject(inUse);
  await expect(takeLock(join(directory, '..', 'lanpeer'))).rejects.toMatchObject(inUse);
  expect(await (await forkIdentityProcess(other)).tell('take')).toMatch(/^ERR_STATE_IN_USE/);
  await release();
});

test(
  'a directory that is moved while it is in use stays in use, and one that is removed can be given back',
  processes,
  async () => {
    const directory = existing();
    const moved = `${directory}-moved`;
    const release = await takeLock(directory);
    renameSync(directory, moved);
    await expect(takeLock(moved)).rejects.toMatchObject(inUse);
    expect(await (await forkIdentityProcess(moved)).tell('take')).toMatch(/^ERR_STATE_IN_USE/);
    rmSync(moved, { recursive: true });
    await release();
  },
);
