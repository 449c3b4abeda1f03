import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readDeviceId } from '../../../src/adapters/identity/state-directory.ts';
import { limits } from '../../../src/limits.ts';
import { newDirectory } from '../../support/directory.ts';
import { makeUsedDirectory, openOnce } from '../../support/state-directory.ts';

test('a key that others may read is refused, with what to do', async () => {
  const { directory, key, id } = await makeUsedDirectory();
  for (const mode of [0o640, 0o604, 0o620]) {
    chmodSync(key, mode);
    await expect(openOnce(directory)).rejects.toMatchObject({ code: 'ERR_KEY_FILE' });
    await expect(openOnce(directory)).rejects.toThrow('chmod 600');
  }
  // The lock was given back.
  chmodSync(key, 0o600);
  expect((await openOnce(directory)).id).toBe(id);
});

test.skipIf(process.geteuid?.() !== 0)(
  'refuses a key of another user, whatever its mode, and says what to do',
  async () => {
    const { directory, key, id } = await makeUsedDirectory();
    chownSync(key, 65_534, 65_534);
    for (const read of [() => openOnce(directory), () => readDeviceId(directory)]) {
      await expect(read()).rejects.toMatchObject({ code: 'ERR_KEY_FILE' });
      await expect(read()).rejects.toThrow(/belongs to another user \(65534\).*chown/);
    }
    // By a symbolic link of this user's it is the same key.
    renameSync(key, join(directory, 'moved'));
    symlinkSync(join(directory, 'moved'), key);
    await expect(openOnce(directory)).rejects.toMatchObject({ code: 'ERR_KEY_FILE' });
    chownSync(join(directory, 'moved'), 0, 0);
    expect((await openOnce(directory)).id).toBe(id);
  },
);

test.skipIf(process.platform === 'win32')('when the key is a pipe, does not wait for it', async () => {
  const { directory, key } = await makeUsedDirectory();
  rmSync(key);
  execFileSync('mkfifo', ['-m', '600', key]);
  await expect(openOnce(directory)).rejects.toThrow(/is not a file/);
});

const rsa = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

test.each([
  ['empty', ''],
  ['cut', '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2Vw'],
  ['of another kind', rsa()],
  ['too long', 'x'.repeat(limits.state.fileBytes + 1)],
])('a key file that is %s is refused, never replaced', async (_, text) => {
  const { directory, key } = await makeUsedDirectory();
  writeFileSync(key, text);
  await expect(openOnce(directory)).rejects.toMatchObject({ code: 'ERR_KEY_FILE' });
  await expect(openOnce(directory)).rejects.toThrow(key);
  expect(readFileSync(key, 'utf8')).toBe(text);
});

test('a key file that is a directory is refused', async () => {
  const directory = newDirectory();
  mkdirSync(join(directory, 'key.pem'), { recursive: true, mode: 0o700 });
  await expect(openOnce(directory)).rejects.toMatchObject({ code: 'ERR_KEY_FILE' });
});

test('a key of another program is refused as such', async () => {
  const { directory, key } = await makeUsedDirectory();
  writeFileSync(key, rsa());
  await expect(openOnce(directory)).rejects.toThrow('name another directory if it belongs to another program');
});
