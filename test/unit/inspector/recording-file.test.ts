import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, lchownSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openRecordingFile } from '../../../src/inspector/recording-file.ts';
import { newFile } from '../../support/directory.ts';

const nobody = 65_534;
const isRoot = process.geteuid?.() === 0;

async function write(file: string): Promise<void> {
  const handle = await openRecordingFile(file);
  await handle.writeFile('new');
  await handle.close();
}

function fileOf(mode: number): string {
  const file = newFile();
  writeFileSync(file, 'longer than before');
  chmodSync(file, mode);
  return file;
}

test('a new file is the owner’s alone; an old one that is so is emptied', async () => {
  for (const file of [newFile(), fileOf(0o600)]) {
    await write(file);
    expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual(['new', 0o600]);
  }
});

test.each([0o644, 0o640, 0o604, 0o620, 0o602])('a file that others may open is left as it is: %o', async (mode) => {
  const file = fileOf(mode);
  await expect(openRecordingFile(file)).rejects.toMatchObject({
    code: 'ERR_RECORDING',
    message: expect.stringContaining(`chmod 600 ${file}`),
  });
  expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual(['longer than before', mode]);
});

test.skipIf(!isRoot)('a file of another user is left as it is', async () => {
  const file = fileOf(0o600);
  chownSync(file, nobody, nobody);
  await expect(openRecordingFile(file)).rejects.toThrow(/belongs to another user/);
  expect(readFileSync(file, 'utf8')).toBe('longer than before');
});

test('when the file is a symbolic link of this user, follows it, to a file that no other user may open', async () => {
  const [open, own, link, other] = [fileOf(0o644), fileOf(0o600), newFile(), newFile()];
  symlinkSync(own, link);
  symlinkSync(open, other);
  await write(link);
  expect(readFileSync(own, 'utf8')).toBe('new');
  await expect(openRecordingFile(other)).rejects.toMatchObject({ code: 'ERR_RECORDING' });
  expect(readFileSync(open, 'utf8')).toBe('longer than before');
});

test.skipIf(!isRoot)('a symbolic link of another user leads nowhere', async () => {
  const [own, link] = [fileOf(0o600), newFile()];
  symlinkSync(own, link);
  lchownSync(link, nobody, nobody);
  await expect(openRecordingFile(link)).rejects.toThrow(/symbolic link of another user/);
  expect(readFileSync(own, 'utf8')).toBe('longer than before');
});

test.skipIf(process.platform === 'win32')(
  'when a pipe has no reader, does not wait for it; a device is written to',
  async () => {
    const pipe = newFile();
    execFileSync('mkfifo', ['-m', '600', pipe]);
    await expect(openRecordingFile(pipe)).rejects.toThrow(/a pipe without a reader/);
    await write('/dev/null');
  },
);

test('a directory is no file, nor is a path without one', async () => {
  await expect(openRecordingFile('/')).rejects.toThrow();
  await expect(openRecordingFile(`${newFile()}/none`)).rejects.toThrow(/ENOENT/);
});
