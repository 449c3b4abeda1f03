import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/environment.ts';
import { DiskSource } from '../../../src/files/disk-source.ts';
import { sendFiles } from '../../../src/files/send-files.ts';
import { FileTransfers } from '../../../src/files/transfers.ts';
import { limits } from '../../../src/limits.ts';
import { sendHalf } from '../../support/file-cuts.ts';
import { addNode, hashesBelow, makeFiles, startFilePair, TestReceiver } from '../../support/file-transfers.ts';

const piece = limits.files.pieceBytes;

/** Another content of the same size and time. */
async function change(path: string): Promise<Buffer> {
  const { atime, mtime } = await stat(path);
  const bytes = await readFile(path);
  bytes[0] = 1 ^ (bytes[0] ?? 0);
  await writeFile(path, bytes);
  await utimes(path, atime, mtime);
  return bytes;
}

test('a file that the receiver has counts only if it is the one that is sent, whatever its size and time', async () => {
  const pair = await startFilePair();
  const { shelf, from, into, send } = pair;
  await makeFiles(from, { a: 10, 'd/1': 10, b: 4 * piece });
  // Times of the offer are whole milliseconds.
  for (const name of ['a', 'd/1', 'b']) await utimes(join(from, name), 1_000, 1_000);
  const receiver = new TestReceiver(shelf, into);
  await sendHalf(pair, ['a', 'd', 'b'], { path: 'b', position: 3 * piece }, receiver);
  expect((await readdir(into)).sort()).toEqual([expect.stringMatching(/^\.lanpeer-/), 'a']);
  const old = await readFile(join(into, 'a'));
  const changed = await change(join(from, 'a'));
  const sent = await send(['a', 'd', 'b']);
  const { error, transfer } = await receiver.end(1);
  expect(error).toBeUndefined();
  for (const one of [sent, transfer])
    expect(one).toMatchObject({ keptBytes: 0, bytesDone: 20 + 4 * piece, filesDone: 3 });
  expect(await readFile(join(into, 'a'))).toEqual(old);
  expect(await readFile(join(into, 'a (1)'))).toEqual(changed);
  expect(await hashesBelow(join(into, 'd'))).toEqual(await hashesBelow(join(from, 'd')));
  expect(await readFile(join(into, 'b'))).toEqual(await readFile(join(from, 'b')));
});

test('a file in a folder that is not whole yet is replaced, and is there once', async () => {
  const pair = await startFilePair();
  const { shelf, from, into, send } = pair;
  await makeFiles(from, { 'd/1': 10, 'd/2': 20, 'd/3': 4 * piece });
  await utimes(join(from, 'd/2'), 1_000, 1_000);
  const receiver = new TestReceiver(shelf, into);
  await sendHalf(pair, ['d'], { path: 'd/3', position: 3 * piece }, receiver);
  await change(join(from, 'd/2'));
  const sent = await send(['d']);
  expect((await receiver.end(1)).error).toBeUndefined();
  expect(sent.keptBytes).toBe(0);
  expect(await hashesBelow(into)).toEqual(await hashesBelow(from));
});

test('what one peer began, no other one goes on with', async () => {
  const pair = await startFilePair();
  const { network, shelf, from, into, send } = pair;
  await makeFiles(from, { a: 10, b: 4 * piece });
  let asked = 0;
  const decide = async (): Promise<boolean> => {
    asked += 1;
    return true;
  };
  const receiver = new TestReceiver(shelf, into, { decide });
  await sendHalf(pair, ['a', 'b'], { path: 'b', position: 3 * piece }, receiver);
  const source = await DiskSource.of([join(from, 'a'), join(from, 'b')]);
  const sent = await sendFiles({
    ...{ node: await addNode(network, shelf), to: shelf.id, source, transfers: new FileTransfers(Date.now) },
    ...{ clock: systemClock, signal: new AbortController().signal },
  });
  expect((await receiver.end(1)).error).toBeUndefined();
  expect([asked, sent.keptBytes]).toEqual([2, 0]);
  expect((await readdir(into)).sort()).toEqual([expect.stringMatching(/^\.lanpeer-/), 'a', 'b']);
  // The first one still goes on with its own.
  expect((await send(['a', 'b'])).keptBytes).toBeGreaterThan(2 * piece);
  await receiver.end(2);
  expect((await readdir(into)).sort()).toEqual(['a', 'a (1)', 'b', 'b (1)']);
});
