import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { watchProcess } from '../../../src/cli/parent.ts';
import { limits } from '../../../src/limits.ts';
import { createVirtualClock } from '../../../src/testing/index.ts';

async function watch(starts: readonly (string | undefined)[]) {
  const clock = createVirtualClock();
  const left = [...starts];
  let gone = 0;
  const startOf = () => Promise.resolve(left.length > 1 ? left.shift() : left[0]);
  const unwatch = await watchProcess(7, () => (gone += 1), { clock, startOf });
  const look = (times: number) => clock.advanceAsync(times * limits.cli.parentEveryMs);
  return { look, unwatch, gone: () => gone };
}

test('the end of the process is told once', async () => {
  const { look, gone } = await watch(['1', '1', '1', undefined]);
  await look(2);
  expect(gone()).toBe(0);
  await look(3);
  expect(gone()).toBe(1);
});

test('another process with its pid is not that process', async () => {
  const { look, gone } = await watch(['1', '2']);
  await look(1);
  expect(gone()).toBe(1);
});

test('where starts are not told the pid alone counts', async () => {
  const { look, gone } = await watch(['', '', '5']);
  await look(5);
  expect(gone()).toBe(0);
});

test('after it was taken back, checks no more', async () => {
  const { look, gone, unwatch } = await watch(['1', undefined]);
  unwatch();
  await look(3);
  expect(gone()).toBe(0);
});

test('a real process is there until it ends, one that ended is wrong usage', async () => {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
  await once(child, 'spawn');
  const clock = createVirtualClock();
  const pid = child.pid ?? 0;
  let tell: () => void = () => undefined;
  const gone = new Promise<void>((resolve) => {
    tell = resolve;
  });
  await watchProcess(pid, tell, { clock });
  child.stdin.end();
  await once(child, 'close');
  clock.advance(limits.cli.parentEveryMs);
  await gone;
  await expect(watchProcess(pid, () => undefined, { clock })).rejects.toMatchObject({ code: 'ERR_USAGE' });
});
