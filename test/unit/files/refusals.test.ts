import { appendFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DiskSource } from '../../../src/files/disk-source.ts';
import { limits } from '../../../src/limits.ts';
import { makeFiles, startFilePair, TestReceiver } from '../../support/file-transfers.ts';

const piece = limits.files.pieceBytes;

test('an offer that is not wanted leaves nothing', async () => {
  const { shelf, from, into, send } = await startFilePair();
  const receiver = new TestReceiver(shelf, into, { decide: async ({ offer }) => offer.names[0] !== 'a' });
  await makeFiles(from, { a: 10, b: 10 });
  await expect(send(['a'])).rejects.toMatchObject({ code: 'ERR_OFFER_REFUSED' });
  expect((await receiver.end()).error).toMatchObject({ code: 'ERR_OFFER_REFUSED' });
  expect(await readdir(into)).toEqual([]);
  await send(['b']);
  await receiver.end(1);
  expect(await readdir(into)).toEqual(['b']);
});

test('a receiver that is not there, or whose folder takes nothing, says so before anything is sent', async () => {
  const { shelf, from, into, send } = await startFilePair();
  await makeFiles(from, { a: 10 });
  await expect(send(['a'])).rejects.toMatchObject({ code: 'ERR_STREAM_REFUSED' });
  let asked = 0;
  const decide = async (): Promise<boolean> => {
    asked += 1;
    return true;
  };
  const receiver = new TestReceiver(shelf, join(into, 'missing'), { decide });
  await expect(send(['a'])).rejects.toMatchObject({ code: 'ERR_FILE', message: expect.not.stringContaining(into) });
  expect((await receiver.end()).error).toMatchObject({ code: 'ERR_FILE', message: expect.stringContaining(into) });
  expect(asked).toBe(0);
});

test('more than the disk has room for is refused before anybody is asked', async () => {
  const { shelf, from, into, send } = await startFilePair();
  const receiver = new TestReceiver(shelf, into, { decide: () => Promise.reject(new Error('asked')) });
  await makeFiles(from, { a: 10 });
  const source = await DiskSource.of([join(from, 'a')]);
  const huge = { offer: { ...source.offer, bytes: Number.MAX_SAFE_INTEGER }, entries: () => source.entries() };
  await expect(send(huge)).rejects.toMatchObject({ code: 'ERR_DISK_FULL' });
  expect((await receiver.end()).error).toMatchObject({ code: 'ERR_DISK_FULL' });
});

test('a sender that gives up while the person is asked takes its question back', async () => {
  const { shelf, from, into, send } = await startFilePair();
  const asked = Promise.withResolvers<AbortSignal>();
  const receiver = new TestReceiver(shelf, into, {
    decide: (_, signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        asked.resolve(signal);
      }),
  });
  await makeFiles(from, { a: 10 });
  const abort = new AbortController();
  const sending = send(['a'], abort.signal);
  const rejected = expect(sending).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  await asked.promise;
  abort.abort();
  await rejected;
  expect((await receiver.end()).error).toMatchObject({ code: 'ERR_CUT_OFF' });
  expect(receiver.receiver.size).toBe(0);
});

test('a file that changes while it is sent is noticed, and nothing has its name', async () => {
  const { shelf, from, into, send } = await startFilePair();
  await makeFiles(from, { a: 3 * piece });
  for (const change of [
    () => appendFile(join(from, 'a'), 'more'),
    () => writeFile(join(from, 'a'), 'less'),
    () => writeFile(join(from, 'a'), Buffer.alloc(3 * piece)),
  ]) {
    const receiver = new TestReceiver(shelf, into, {
      decide: async () => {
        await change();
        return true;
      },
    });
    await expect(send(['a'])).rejects.toMatchObject({ code: 'ERR_FILE_CHANGED' });
    await receiver.end();
    expect(await readdir(into)).toEqual([]);
    await receiver.receiver.close();
  }
});

test('a file that is not there, a device and a name that no receiver takes are told to the sender', async () => {
  const { from, send } = await startFilePair();
  await makeFiles(from, { 'bad\nname': 1, 'd/photo\u202egpj.exe': 1 });
  await expect(send(['missing'])).rejects.toMatchObject({ code: 'ERR_FILE' });
  await expect(DiskSource.of(['/dev/null'])).rejects.toMatchObject({ code: 'ERR_FILE' });
  await expect(DiskSource.of(['/'])).rejects.toMatchObject({ code: 'ERR_FILE' });
  for (const name of ['bad\nname', 'd']) await expect(send([name])).rejects.toMatchObject({ code: 'ERR_OFFER' });
});

test('links inside of a folder are left out, and told', async () => {
  const { shelf, from, into } = await startFilePair();
  const receiver = new TestReceiver(shelf, into);
  await makeFiles(from, { 'd/a': 1 });
  await symlink('/etc/passwd', join(from, 'd/link'));
  await symlink('.', join(from, 'd/loop'));
  const leftOut: string[] = [];
  const { offer } = await DiskSource.of([join(from, 'd')], (path) => leftOut.push(path));
  expect(leftOut).toEqual(['link', 'loop'].map((name) => join(from, 'd', name)));
  expect(offer).toMatchObject({ entries: 2, files: 1, bytes: 1 });
  expect(receiver.ended).toEqual([]);
});
