import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeDirectory, runToEnd } from '../../support/cli.ts';
import { is, setUpFileCommands } from '../../support/file-commands.ts';
import { hashesBelow, makeFiles } from '../../support/file-transfers.ts';
import { whenTestEnds } from '../../support/hooks.ts';

const mounted: string[] = [];
whenTestEnds(() => {
  for (const folder of mounted.splice(0)) spawnSync('umount', ['-l', folder]);
});

/** A file system in memory with these options; undefined where that is not allowed. */
async function mountMemory(options: string): Promise<string | undefined> {
  const folder = await makeDirectory();
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]);
  if (status === 0) mounted.push(folder);
  else if (process.env['LANPEER_REQUIRE_ALL'] === '1') throw new Error('A file system cannot be mounted.');
  else process.stdout.write('skipped: a file system cannot be mounted, which needs root\n');
  return status === 0 ? folder : undefined;
}

test('a file, a folder and what comes from a pipe arrive, and both commands end with 0', async () => {
  const { from, into, receive, send } = await setUpFileCommands();
  await makeFiles(from, { 'one.bin': 3_000_000, 'd/é.txt': 'text', 'd/empty': '', 'd/e/': '' });
  const first = await receive('--yes', '--once');
  const sender = send('shelf', join(from, 'one.bin'), join(from, 'd'));
  expect(await sender.exited).toBe(0);
  expect(await first.cli.exited).toBe(0);
  expect(await hashesBelow(into)).toEqual(await hashesBelow(from));
  const about = { files: 3, bytes: 3_000_004, keptBytes: 0 };
  expect(sender.events.filter(is('sent'))).toEqual([{ event: 'sent', to: first.id, name: 'shelf', ...about }]);
  expect(first.cli.events.filter(is('received'))).toEqual([expect.objectContaining({ number: 1, ...about })]);
  expect(first.cli.events.filter(is('file')).map(({ path }) => path)).toEqual([join(into, 'one.bin'), join(into, 'd')]);
  expect(first.cli.log).toMatch(/^lanpeer: one\.bin and 1 more from desk \(\w{8}\): 3 files, 3\.00 MB, verified$/m);
  const second = await receive('--yes', '--once');
  const piped = send('shelf', '-', '--as', 'log.txt');
  piped.child.stdin?.end('lines\n'.repeat(300_000));
  expect(await piped.exited).toBe(0);
  expect(await second.cli.exited).toBe(0);
  expect(await readFile(join(into, 'log.txt'), 'utf8')).toBe('lines\n'.repeat(300_000));
});

test('codes say who is not there, who takes nothing, and what cannot be read', async () => {
  const { from, receive, send } = await setUpFileCommands();
  await makeFiles(from, { a: 10 });
  expect(await send('shelf', join(from, 'missing')).exited).toBe(1);
  expect(await send('nobody', join(from, 'a'), '--wait', '1').exited).toBe(3);
  const { cli } = await receive();
  expect(cli.log).toContain('--yes takes them');
  const refused = send('shelf', join(from, 'a'));
  expect(await refused.exited).toBe(4);
  expect(refused.events).toContainEqual(expect.objectContaining({ event: 'error', code: 'ERR_OFFER_REFUSED' }));
  expect(cli.events.filter(is('offer'))).toEqual([expect.objectContaining({ names: ['a'], files: 1, bytes: 10 })]);
  cli.kill('SIGINT');
  expect(await cli.exited).toBe(130);
});

test('a folder into which nothing can be written is told before anything comes', async () => {
  const { node } = await setUpFileCommands();
  const folder = process.getuid?.() === 0 ? await mountMemory('ro') : await makeDirectory();
  if (folder === undefined) return;
  if (process.getuid?.() !== 0) await chmod(folder, 0o500);
  const errors: readonly (readonly [folder: string, error: RegExp])[] = [
    [folder, /Nothing can be written into .*: (EROFS|EACCES)/],
    [join(folder, 'missing'), /\/missing cannot be made: (EROFS|EACCES)/],
    [join(folder, 'missing', 'more'), /\/missing\/more cannot be made: there is no folder .*\/missing\./],
  ];
  for (const [one, error] of errors) {
    const { code, stderr } = await runToEnd(['receive', one, ...node]);
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^lanpeer: ERR_FILE: .*${error.source}`, 'm'));
  }
});

test('a folder that is not there is made, and that is said', async () => {
  const { from, into, receive, send } = await setUpFileCommands();
  await makeFiles(from, { a: 10 });
  const folder = join(into, 'new');
  const { cli } = await receive(folder, '--yes', '--once');
  expect(cli.log).toContain(`${folder} was not there, and is made`);
  expect(await send('shelf', join(from, 'a')).exited).toBe(0);
  expect(await readdir(folder)).toEqual(['a']);
});

test('a full disk is told on both sides with its code, and the rest comes when there is room', async () => {
  const folder = await mountMemory('size=64m,nr_inodes=20');
  if (folder === undefined) return;
  const { from, receive, send } = await setUpFileCommands();
  await makeFiles(from, { large: 60_000_000 });
  await makeFiles(from, Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`d/${at}`, 50_000])));
  const { cli } = await receive(folder, '--yes');
  const tooLarge = send('shelf', join(from, 'large'));
  expect(await tooLarge.exited).toBe(5);
  expect(tooLarge.events).toContainEqual(expect.objectContaining({ event: 'error', code: 'ERR_DISK_FULL' }));
  expect(await readdir(folder)).toEqual([]);
  // No room for so many files, which nobody can know before.
  const cut = send('shelf', join(from, 'd'));
  expect(await cut.exited).toBe(5);
  expect(cut.events).toContainEqual(expect.objectContaining({ event: 'error', code: 'ERR_DISK_FULL' }));
  expect(cli.events.filter(is('failed')).map(({ code }) => code)).toEqual(['ERR_DISK_FULL', 'ERR_DISK_FULL']);
  expect((await readdir(folder)).filter((name) => !name.startsWith('.'))).toEqual([]);
  spawnSync('mount', ['-o', 'remount,nr_inodes=1000', folder]);
  const whole = send('shelf', join(from, 'd'));
  expect(await whole.exited).toBe(0);
  const [sent] = whole.events.filter(is('sent'));
  expect(Number(sent?.['keptBytes'])).toBeGreaterThan(0);
  expect(await hashesBelow(join(folder, 'd'))).toEqual(await hashesBelow(join(from, 'd')));
});

test('a pipe fills a disk no further than what stays free, and leaves nothing', async () => {
  const folder = await mountMemory('size=64m');
  if (folder === undefined) return;
  const { receive, send } = await setUpFileCommands();
  const { cli } = await receive(folder, '--yes');
  const sender = send('shelf', '-');
  sender.child.stdin?.write(Buffer.alloc(80_000_000));
  // The same command does not go on.
  expect(await sender.exited).toBe(1);
  await cli.waitFor('failed', ({ event, code }) => event === 'failed' && code === 'ERR_DISK_FULL');
  expect(await readdir(folder)).toEqual([]);
});

test('a pipe that is idle is let go, and one that is cut off is no command that goes on', async () => {
  const { into, receive, send } = await setUpFileCommands();
  const { cli } = await receive('--yes', '--once');
  const sender = send('shelf', '-', '--as', 'b');
  sender.child.stdin?.write('begun');
  await cli.waitFor('offer', is('offer'));
  await sender.waitFor('progress', ({ state }) => state === 'moving');
  cli.kill('SIGINT');
  expect(await cli.exited).toBe(130);
  expect(await sender.exited, sender.log).toBe(1);
  expect(sender.events).toContainEqual(expect.objectContaining({ event: 'error', code: 'ERR_CUT_OFF' }));
  expect(sender.log).toContain('what comes from a pipe cannot go on');
  expect(cli.log).not.toContain('is kept');
  const again = await receive('--yes', '--once');
  const interrupted = send('shelf', '-', '--as', 'b');
  interrupted.child.stdin?.write('begun');
  await interrupted.waitFor('progress', ({ state }) => state === 'moving');
  interrupted.kill('SIGINT');
  expect(await interrupted.exited).toBe(130);
  // Nothing comes back that it would have to wait for.
  expect(await again.cli.exited, again.cli.log).toBe(1);
  expect(again.cli.log).not.toContain('is kept');
  expect(await readdir(into)).toEqual([]);
});

test('a command that is interrupted ends with 130, and the next one goes on', async () => {
  const { from, into, receive, send } = await setUpFileCommands();
  await makeFiles(from, { a: 1_000 });
  const { cli } = await receive('--yes');
  const sender = send('shelf', '-', '--as', 'b');
  sender.child.stdin?.write('begun');
  await cli.waitFor('offer', is('offer'));
  sender.kill('SIGINT');
  expect(await sender.exited).toBe(130);
  await cli.waitFor('failed', is('failed'));
  expect(await send('shelf', join(from, 'a')).exited).toBe(0);
  expect((await readdir(into)).filter((name) => !name.startsWith('.'))).toEqual(['a']);
});

test('names that are taken get numbers, from two senders at once as well', async () => {
  const { from, into, receive, node } = await setUpFileCommands();
  await writeFile(join(into, 'a.txt'), 'mine');
  await mkdir(join(into, 'd'));
  const { cli } = await receive('--yes');
  await makeFiles(from, { 'a.txt': 'theirs', 'd/x': 'theirs' });
  const senders = ['one', 'two', 'three'].map((name) =>
    runToEnd(['send', 'shelf', join(from, 'a.txt'), join(from, 'd'), ...node, '--ephemeral', '--name', name]),
  );
  const codes = (await Promise.all(senders)).map(({ code }) => code);
  // What one of them sends is never gone on with by another one.
  expect(codes).toEqual([0, 0, 0]);
  await cli.waitFor('received', is('received'));
  expect(await readFile(join(into, 'a.txt'), 'utf8')).toBe('mine');
  expect(await readdir(join(into, 'd'))).toEqual([]);
  expect(await readFile(join(into, 'a (1).txt'), 'utf8')).toBe('theirs');
  expect(await readFile(join(into, 'd (1)/x'), 'utf8')).toBe('theirs');
  expect(await readFile(join(into, 'a (3).txt'), 'utf8')).toBe('theirs');
});
