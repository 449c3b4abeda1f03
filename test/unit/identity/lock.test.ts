import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { takeLock } from '../../../src/adapters/identity/lock.ts';
import { isRunning, ownMark } from '../../../src/adapters/identity/process-mark.ts';
import { newDirectory } from '../../support/directory.ts';

const script = fileURLToPath(new URL('../../support/identity-process.ts', import.meta.url));
const children = new Set<ChildProcess>();

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
});

/** A process that is ready to open the identity in that directory. */
async function makeOpener(directory: string) {
  const child = spawn(process.execPath, [script, directory], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.add(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string> => String((await lines.next()).value);
  await line();
  return {
    async open(): Promise<string> {
      child.stdin.write('open\n');
      return await line();
    },
    async kill(): Promise<void> {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

function existing(): string {
  const directory = newDirectory();
  mkdirSync(directory, { recursive: true });
  return directory;
}

test('of several processes exactly one opens it, and after kill -9 exactly one of the next', {
  timeout: 30_000,
}, async () => {
  const directory = newDirectory();
  const openers = await Promise.all(Array.from({ length: 5 }, () => makeOpener(directory)));
  const first = await Promise.all(openers.map((opener) => opener.open()));
  expect(first.filter((said) => said.startsWith('open'))).toHaveLength(1);
  expect(first.filter((said) => said === 'ERR_STATE_IN_USE')).toHaveLength(4);
  await Promise.all(openers.map((opener) => opener.kill()));
  const nexts = await Promise.all(Array.from({ length: 5 }, () => makeOpener(directory)));
  const second = await Promise.all(nexts.map((opener) => opener.open()));
  const winner = second.filter((said) => said.startsWith('open'));
  expect(winner).toHaveLength(1);
  const [was, is] = [first, winner].map((all) => all.find((said) => said.startsWith('open'))?.split(' '));
  expect(is?.[1]).toBe(was?.[1]);
  expect(Number(is?.[2])).toBeGreaterThan(Number(was?.[2]));
});

test.each([
  ['a process that never was', '4194304000 1@x ab'],
  ['no process', 'nonsense'],
  ['nobody, for power failed', ''],
  ['process 0', '0 1@x ab'],
])('a lock of %s is taken over', async (_, holder) => {
  const directory = existing();
  writeFileSync(join(directory, 'lock.7'), holder);
  const release = await takeLock(directory);
  expect(readdirSync(directory)).toEqual(['lock.8']);
  await expect(takeLock(directory)).rejects.toMatchObject({ code: 'ERR_STATE_IN_USE' });
  await release();
  expect(readFileSync(join(directory, 'lock.8'), 'utf8')).toBe('free');
});

test.runIf(process.platform === 'linux')(
  'a pid that came round again, or an earlier boot, is not the holder',
  async () => {
    const [pid, start = ''] = (await ownMark()).split(' ');
    expect(await isRunning(`${pid} ${start} ab`)).toBe(true);
    expect(await isRunning(`${pid} 1@${start.split('@')[1]} ab`)).toBe(false);
    expect(await isRunning(`${pid} ${start}x ab`)).toBe(false);
  },
);

test('a holder of whom only the pid is known counts as running while that runs', async () => {
  expect(await isRunning(`${process.pid} - ab`)).toBe(true);
});

test('who was late withdraws: a higher number was given meanwhile', async () => {
  const directory = existing();
  const release = await takeLock(directory);
  await release();
  const locks = await Promise.allSettled(Array.from({ length: 20 }, () => takeLock(directory)));
  expect(locks.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(readdirSync(directory)).toEqual(['lock.2']);
});

test('a lock that is taken and given back by many in turn never has two holders', async () => {
  const directory = existing();
  let holders = 0;
  let most = 0;
  let got = 0;
  async function attempt(): Promise<void> {
    const release = await takeLock(directory).catch(() => undefined);
    if (!release) return;
    holders += 1;
    got += 1;
    most = Math.max(most, holders);
    await Promise.resolve();
    holders -= 1;
    await release();
  }
  await Promise.all(
    Array.from({ length: 10 }, async () => {
      for (let turn = 0; turn < 20; turn += 1) await attempt();
    }),
  );
  expect(most).toBe(1);
  expect(got).toBeGreaterThan(10);
  expect(readdirSync(directory)).toHaveLength(1);
});

test('a directory that is gone is reported as it is', async () => {
  const directory = join(existing(), 'absent');
  await expect(takeLock(directory)).rejects.toMatchObject({ code: 'ENOENT' });
});
