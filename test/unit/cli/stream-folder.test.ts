import { mkdirSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { StreamFolder } from '../../../src/cli/stream-folder.ts';
import { limits } from '../../../src/limits.ts';
import { newDirectory } from '../../support/directory.ts';

const peerId = 'abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrst';

function setUp(more: { readonly files?: number; readonly freeBytes?: number } = {}) {
  const time = { now: 0 };
  const directory = newDirectory();
  mkdirSync(directory, { recursive: true });
  const clock = { monotonic: () => time.now };
  return { time, directory, folder: new StreamFolder(directory, { clock, freeBytes: 0, ...more }) };
}

test('a file has its name when it is complete, and nobody else can read it', async () => {
  const { directory, folder } = setUp();
  const file = await folder.create(peerId);
  await file.write(Buffer.from('one '));
  await file.write(Buffer.from('two'));
  expect(await readdir(directory)).toEqual([expect.stringMatching(/^abcdefgh-[0-9a-f]{24}\.part$/)]);
  await file.complete();
  expect(await readdir(directory)).toEqual([file.path.slice(directory.length + 1)]);
  expect(await readFile(file.path, 'utf8')).toBe('one two');
  expect((await stat(file.path)).mode & 0o777).toBe(0o600);
});

test('a file is not replaced', async () => {
  const { folder } = setUp();
  const file = await folder.create(peerId);
  await file.write(Buffer.from('new'));
  await writeFile(file.path, 'old');
  await expect(file.complete()).rejects.toMatchObject({ code: 'EEXIST' });
  await file.discard();
  expect(await readFile(file.path, 'utf8')).toBe('old');
});

test('what is discarded leaves nothing', async () => {
  const { directory, folder } = setUp();
  const file = await folder.create(peerId);
  await file.write(Buffer.from('part'));
  await file.discard();
  expect(await readdir(directory)).toEqual([]);
});

test('a folder that has many files gets no more until some are taken out', async () => {
  const { time, directory, folder } = setUp({ files: 3 });
  await mkdir(join(directory, 'other'));
  for (let count = 0; count < 2; count += 1) await (await folder.create(peerId)).complete();
  await expect(folder.create(peerId)).rejects.toMatchObject({
    code: 'ERR_FILE',
    message: `${directory} has 3 files: take some out.`,
  });
  const [first = ''] = (await readdir(directory)).filter((name) => name !== 'other');
  await rm(join(directory, first));
  await expect(folder.create(peerId)).rejects.toMatchObject({ code: 'ERR_FILE' });
  time.now += limits.cli.streamCheckMs;
  await (await folder.create(peerId)).discard();
});

test('a disk that is nearly full gets nothing more', async () => {
  const { directory, folder } = setUp({ freeBytes: Number.MAX_SAFE_INTEGER });
  await expect(folder.create(peerId)).rejects.toMatchObject({ code: 'ERR_FILE' });
  expect(await readdir(directory)).toEqual([]);
});
