import { expect, test } from 'vitest';
import { isRunning, ownMark, startOf } from '../../../src/adapters/identity/process-mark.ts';

test.runIf(process.platform === 'linux')(
  'a pid that came round again, or an earlier boot, is another process',
  async () => {
    const [pid, start = ''] = (await ownMark()).split(' ');
    expect(await startOf(process.pid)).toBe(start);
    expect(await isRunning(`${pid} ${start}`)).toBe(true);
    expect(await isRunning(`${pid} 1@${start.split('@')[1]}`)).toBe(false);
    expect(await isRunning(`${pid} ${start}x`)).toBe(false);
  },
);

test('a process of which only the pid is known counts as running while that runs', async () => {
  expect(await isRunning(`${process.pid} -`)).toBe(true);
});

test.each([
  ['a process that never was', '4194304000 1@x'],
  ['no process', 'nonsense'],
  ['nobody', ''],
  ['process 0', '0 1@x'],
])('%s does not run', async (_, mark) => {
  expect(await isRunning(mark)).toBe(false);
});
