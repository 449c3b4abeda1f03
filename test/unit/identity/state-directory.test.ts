import { chownSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createAtomically, publishNew } from '../../../src/adapters/identity/files.ts';
import { readInspectorAddress, writeInspectorAddress } from '../../../src/adapters/identity/inspector-address.ts';
import { makeDeviceId, readDeviceId, stateDirectoryIdentity } from '../../../src/adapters/identity/state-directory.ts';
import { createVirtualClock } from '../../../src/testing/virtual-clock.ts';
import { newDirectory } from '../../support/directory.ts';
import { forkIdentityProcess } from '../../support/identity-fork.ts';
import { makeUsedDirectory, openOnce } from '../../support/state-directory.ts';

const clock = createVirtualClock();
const modeOf = (path: string): number => statSync(path).mode & 0o777;

test('key, counter and lock are the owner’s alone, and no draft is left', async () => {
  const { directory, key, id } = await makeUsedDirectory();
  expect(modeOf(directory)).toBe(0o700);
  expect(readdirSync(directory).sort()).toEqual(['instance', 'key.pem', 'lock.db']);
  for (const name of readdirSync(directory)) expect(modeOf(join(directory, name))).toBe(0o600);
  expect(readFileSync(key, 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----/);
  expect((await openOnce(directory)).id).toBe(id);
});

test('the counter is the time, or one more than the last when the time went back', async () => {
  const { directory } = await makeUsedDirectory();
  const now = (await openOnce(directory)).incarnation.counter;
  expect(now).toBe(clock.now() + 1);
  expect((await openOnce(directory, createVirtualClock(5))).incarnation.counter).toBe(now + 1);
  expect((await openOnce(directory, createVirtualClock(now + 1_000))).incarnation.counter).toBe(now + 1_000);
});

test.each(['', 'x', '-5', '1e400', '9007199254740991', '12.5'])(
  'a counter file that holds %j counts as none',
  async (text) => {
    const { directory } = await makeUsedDirectory();
    writeFileSync(join(directory, 'instance'), text);
    expect((await openOnce(directory)).incarnation.counter).toBe(clock.now());
  },
);

test.skipIf(process.geteuid?.() !== 0)('what another user says of the inspector is not believed', async () => {
  const { directory } = await makeUsedDirectory();
  await writeInspectorAddress(directory, { port: 1_234, owner: 'x' });
  expect(await readInspectorAddress(directory)).toEqual({ port: 1_234, owner: 'x' });
  chownSync(join(directory, 'inspector.json'), 65_534, 65_534);
  expect(await readInspectorAddress(directory)).toBeUndefined();
});

test('the id can be read while the identity is in use, and before it ever was', { timeout: 60_000 }, async () => {
  const directory = newDirectory();
  const id = await readDeviceId(directory);
  const identity = await stateDirectoryIdentity({ directory, clock }).open();
  expect(identity.id).toBe(id);
  expect(await readDeviceId(directory)).toBe(id);
  expect(await readInspectorAddress(directory)).toBe(undefined);
  // A reader, in the process of the holder too, leaves the lock alone.
  expect(await (await forkIdentityProcess(directory)).tell('take')).toMatch(/^ERR_STATE_IN_USE/);
  await identity.release();
});

test('when an inspector ends after the next node began, leaves the address of that one alone', async () => {
  const directory = newDirectory();
  const withdraw = await writeInspectorAddress(directory, { port: 1, owner: 'first' });
  const withdrawNext = await writeInspectorAddress(directory, { port: 2, owner: 'next' });
  await withdraw();
  expect(await readInspectorAddress(directory)).toEqual({ port: 2, owner: 'next' });
  expect(modeOf(join(directory, 'inspector.json'))).toBe(0o600);
  await withdrawNext();
  expect(await readInspectorAddress(directory)).toBe(undefined);
});

test('where there are no hard links a new file is still made once', async () => {
  const { directory } = await makeUsedDirectory();
  const noLinks = (): Promise<void> => Promise.reject(Object.assign(new Error(), { code: 'EPERM' }));
  const publish = (draft: string, path: string): Promise<void> => publishNew(draft, path, noLinks);
  const path = join(directory, 'new');
  expect(await createAtomically(path, 'one', publish)).toBe(true);
  expect(await createAtomically(path, 'two', publish)).toBe(false);
  expect([readFileSync(path, 'utf8'), modeOf(path)]).toEqual(['one', 0o600]);
  expect(readdirSync(directory).sort()).toEqual(['instance', 'key.pem', 'lock.db', 'new']);
});

test('when many processes need a key at one moment, gives all the same', async () => {
  const directory = newDirectory();
  const ids = await Promise.all(Array.from({ length: 8 }, () => readDeviceId(directory)));
  expect(new Set(ids).size).toBe(1);
  expect((await openOnce(directory)).id).toBe(ids[0]);
});

test('a new identity replaces the one before, whatever state that is in', async () => {
  const { directory, key, id } = await makeUsedDirectory();
  const made = await makeDeviceId(directory);
  expect(made).toEqual({ id: expect.any(String), former: id });
  expect(made.id).not.toBe(id);
  expect(modeOf(key)).toBe(0o600);
  expect((await openOnce(directory)).id).toBe(made.id);
  writeFileSync(key, 'damaged');
  const { id: next, ...rest } = await makeDeviceId(directory);
  expect(rest).toEqual({});
  expect((await openOnce(directory)).id).toBe(next);
  const fresh = newDirectory();
  expect(await makeDeviceId(fresh)).toEqual({ id: await readDeviceId(fresh) });
});

test('the identity of a running node stays, and a refusal leaves nothing behind', async () => {
  const { directory, id } = await makeUsedDirectory();
  const identity = await stateDirectoryIdentity({ directory, clock }).open();
  const names = readdirSync(directory).sort();
  await expect(makeDeviceId(directory)).rejects.toMatchObject({ code: 'ERR_STATE_IN_USE' });
  expect(readdirSync(directory).sort()).toEqual(names);
  await identity.release();
  expect(await readDeviceId(directory)).toBe(id);
});
