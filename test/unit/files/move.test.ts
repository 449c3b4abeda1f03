import { access, type link, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { moveFile, moveFolder } from '../../../src/files/move.ts';
import { makeDirectory } from '../../support/cli.ts';

/** A file system without hard links. */
const noLinks = {
  rename,
  link: (async () => {
    throw Object.assign(new Error('no links'), { code: 'EPERM' });
  }) as typeof link,
};

test.each([
  ['with links', undefined],
  ['without links', noLinks],
])('a file gets a free name, and never one that is taken: %s', async (_, calls) => {
  const folder = await makeDirectory();
  const at = (name: string): string => join(folder, name);
  await writeFile(at('new'), 'new');
  await moveFile(at('new'), at('free'), calls);
  expect(await readFile(at('free'), 'utf8')).toBe('new');
  await writeFile(at('new'), 'newer');
  await mkdir(at('folder'));
  for (const taken of ['free', 'folder'])
    await expect(moveFile(at('new'), at(taken), calls)).rejects.toMatchObject({ code: 'EEXIST' });
  expect(await readFile(at('free'), 'utf8')).toBe('new');
  expect((await readdir(folder)).sort()).toEqual(['folder', 'free', 'new']);
});

test('of two that want one name at once, one gets it', async () => {
  for (const calls of [undefined, noLinks]) {
    const folder = await makeDirectory();
    const all = Array.from({ length: 20 }, (_, at) => join(folder, `${at}`));
    for (const one of all) await writeFile(one, one);
    const outcomes = await Promise.allSettled(all.map((one) => moveFile(one, join(folder, 'name'), calls)));
    const won = outcomes.findIndex(({ status }) => status === 'fulfilled');
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await readFile(join(folder, 'name'), 'utf8')).toBe(all[won]);
    expect(await readdir(folder)).toHaveLength(20);
  }
});

test('a rename that fails without links leaves nothing under the name', async () => {
  const folder = await makeDirectory();
  await expect(moveFile(join(folder, 'missing'), join(folder, 'name'), noLinks)).rejects.toMatchObject({
    code: 'ENOENT',
  });
  await expect(access(join(folder, 'name'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a folder gets a free name, and never that of a file or of a folder, even of an empty one', async () => {
  const folder = await makeDirectory();
  const at = (name: string): string => join(folder, name);
  await mkdir(at('new'));
  await writeFile(at('new/file'), '1');
  await mkdir(at('empty'));
  await writeFile(at('file'), '2');
  for (const taken of ['empty', 'file'])
    await expect(moveFolder(at('new'), at(taken))).rejects.toMatchObject({ code: 'EEXIST' });
  await moveFolder(at('new'), at('free'));
  expect(await readdir(at('free'))).toEqual(['file']);
  expect((await readdir(folder)).sort()).toEqual(['empty', 'file', 'free']);
});
