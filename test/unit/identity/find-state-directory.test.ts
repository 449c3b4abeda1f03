import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { findStateDirectory, makeStateDirectory } from '../../../src/adapters/identity/find-state-directory.ts';
import { readInspectorAddress, writeInspectorAddress } from '../../../src/adapters/identity/inspector-address.ts';
import { readDeviceId, stateDirectoryIdentity } from '../../../src/adapters/identity/state-directory.ts';
import { systemClock } from '../../../src/environment.ts';
import { newDirectory } from '../../support/directory.ts';

const refused = { code: 'ERR_STATE_DIR' };
const modeOf = (path: string): number => statSync(path).mode & 0o7777;

function made(mode: number, ...names: readonly string[]): string {
  const directory = newDirectory();
  mkdirSync(directory, { recursive: true });
  for (const name of names) writeFileSync(join(directory, name), '');
  chmodSync(directory, mode);
  return directory;
}

async function openOnce(directory: string) {
  const identity = await stateDirectoryIdentity({ directory, clock: systemClock }).open();
  await identity.release();
  return { id: identity.id, warnings: (identity.warnings ?? []).map(({ message }) => message) };
}

test.each([0o000, 0o022, 0o077, 0o277])(
  'one that is not there is made for its owner alone, with a umask of %o',
  async (umask) => {
    const directory = newDirectory();
    const before = process.umask(umask);
    try {
      expect(await makeStateDirectory(directory)).toEqual({ directory });
    } finally {
      process.umask(before);
    }
    expect([modeOf(directory), modeOf(dirname(directory))]).toEqual([0o700, 0o700]);
  },
);

test.each([0o755, 0o777, 0o1777, 0o2775, 0o750, 0o701])(
  'an empty one of mode %o stays as it is, and the state goes into one inside it',
  async (mode) => {
    const directory = made(mode);
    const { id, warnings } = await openOnce(directory);
    expect(warnings).toEqual([]);
    expect([modeOf(directory), readdirSync(directory)]).toEqual([mode, ['lanpeer']]);
    const inside = join(directory, 'lanpeer');
    expect(modeOf(inside) & 0o777).toBe(0o700);
    expect(readdirSync(inside).sort()).toEqual(['instance', 'key.pem', 'lock.db']);
    expect((await openOnce(directory)).id).toBe(id);
    expect(await readDeviceId(directory)).toBe(id);
    expect((await openOnce(inside)).id).toBe(id);
  },
);

test('one with other things that others may look into stays as it is as well', async () => {
  const directory = made(0o755, 'thesis.txt');
  await openOnce(directory);
  expect([modeOf(directory), readdirSync(directory).sort()]).toEqual([0o755, ['lanpeer', 'thesis.txt']]);
});

test.each([[[]], [['notes.txt']]])('uses a directory that other users may not look into: %j', async (names) => {
  const directory = made(0o700, ...names);
  await openOnce(directory);
  expect(readdirSync(directory).sort()).toEqual(['instance', 'key.pem', 'lock.db', ...names]);
});

test('one that holds the key already is used as it is, with a warning if others may look into it', async () => {
  const directory = newDirectory();
  const { id, warnings } = await openOnce(directory);
  expect(warnings).toEqual([]);
  chmodSync(directory, 0o755);
  const again = await openOnce(directory);
  expect(again.id).toBe(id);
  expect(again.warnings).toEqual([expect.stringContaining(`chmod 700 ${directory} closes it to them`)]);
  expect([modeOf(directory), readdirSync(directory).includes('lanpeer')]).toEqual([0o755, false]);
});

test('a device keeps its id when the directory around its own is closed', async () => {
  const directory = made(0o755);
  const { id } = await openOnce(directory);
  chmodSync(directory, 0o700);
  expect((await openOnce(directory)).id).toBe(id);
});

test('when many look at one moment, all find the same directory', async () => {
  for (const directory of [newDirectory(), made(0o755), made(0o700)]) {
    const ids = await Promise.all(Array.from({ length: 8 }, () => readDeviceId(directory)));
    expect(new Set(ids).size).toBe(1);
  }
});

test('what stands in the way inside is refused and left as it is', async () => {
  const elsewhere = made(0o700);
  const linked = made(0o777);
  symlinkSync(elsewhere, join(linked, 'lanpeer'));
  const file = made(0o777, 'lanpeer');
  const open = made(0o777);
  mkdirSync(join(open, 'lanpeer'), { mode: 0o755 });
  for (const directory of [linked, file, open]) await expect(openOnce(directory)).rejects.toMatchObject(refused);
  await expect(openOnce(open)).rejects.toThrow(`chmod 700 ${join(open, 'lanpeer')}`);
  expect([readdirSync(elsewhere), modeOf(join(open, 'lanpeer'))]).toEqual([[], 0o755]);
});

test('a key behind a symbolic link, where others may have put it, is refused', async () => {
  const elsewhere = newDirectory();
  await openOnce(elsewhere);
  const directory = made(0o777);
  symlinkSync(join(elsewhere, 'key.pem'), join(directory, 'key.pem'));
  await expect(openOnce(directory)).rejects.toMatchObject(refused);
  expect(readdirSync(directory)).toEqual(['key.pem']);
});

test('it may be named by a symbolic link, or relative to where the program was started', async () => {
  const directory = newDirectory();
  const { id } = await openOnce(directory);
  const link = `${directory}-link`;
  symlinkSync(directory, link);
  expect((await openOnce(link)).id).toBe(id);
  expect((await openOnce(relative(process.cwd(), directory))).id).toBe(id);
  expect(await findStateDirectory(relative(process.cwd(), directory))).toEqual({ directory });
});

test('finding a directory makes nothing', async () => {
  const directory = newDirectory();
  expect(await findStateDirectory(directory)).toEqual({ directory });
  expect(await readInspectorAddress(directory)).toBe(undefined);
  expect(() => statSync(directory)).toThrow('ENOENT');
  const open = made(0o755);
  expect(await findStateDirectory(open)).toEqual({ directory: join(open, 'lanpeer') });
  expect(readdirSync(open)).toEqual([]);
});

test('the address of the inspector is in the directory of the state', async () => {
  const directory = made(0o755);
  await openOnce(directory);
  await writeInspectorAddress(directory, { port: 5, owner: 'x' });
  expect(JSON.parse(readFileSync(join(directory, 'lanpeer', 'inspector.json'), 'utf8'))).toEqual({
    port: 5,
    owner: 'x',
  });
  expect(await readInspectorAddress(directory)).toEqual({ port: 5, owner: 'x' });
});

test('a path that cannot be meant is refused, with what to do', async () => {
  await expect(openOnce('')).rejects.toMatchObject(refused);
  await expect(openOnce('~')).rejects.toMatchObject(refused);
  await expect(openOnce('~/state')).rejects.toThrow('write the state directory ~/state out');
  await expect(readDeviceId('~/state')).rejects.toMatchObject(refused);
  await expect(readInspectorAddress('~/state')).rejects.toMatchObject(refused);
  await expect(openOnce('nul\0byte')).rejects.toMatchObject(refused);
});

test('one that cannot be made, or is none, is ERR_STATE_DIR and says what to do', async () => {
  const file = newDirectory();
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '');
  await expect(openOnce(file)).rejects.toThrow('is a file: choose another');
  await expect(openOnce(join(file, 'below'))).rejects.toThrow('A part of the path is a file');
  await expect(openOnce(`/${'x'.repeat(300)}`)).rejects.toThrow('Choose a shorter path');
  await expect(openOnce('/proc/lanpeer')).rejects.toMatchObject(refused);
  const circle = `${file}-circle`;
  symlinkSync(circle, circle);
  await expect(openOnce(circle)).rejects.toThrow('lead in a circle');
  const dangling = `${file}-dangling`;
  symlinkSync(`${file}-absent`, dangling);
  await expect(openOnce(dangling)).rejects.toThrow('is it a symbolic link to nothing?');
});
