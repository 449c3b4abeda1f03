import { appendFile, readdir, readFile, rm, truncate, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { limits } from '../../../src/limits.ts';
import { sendHalf, staging } from '../../support/file-cuts.ts';
import { hashesBelow, makeFiles, startFilePair, TestReceiver } from '../../support/file-transfers.ts';

const piece = limits.files.pieceBytes;

test('only what is missing is sent after a restart, without another question', async () => {
  const pair = await startFilePair();
  const { shelf, from, into, send } = pair;
  await makeFiles(from, { 'd/1': 10, 'd/2': 3 * piece, 'd/3': 6 * piece + 5, 'd/4': 100, e: 50 });
  let asked = 0;
  const decide = async (): Promise<boolean> => {
    asked += 1;
    return true;
  };
  const first = new TestReceiver(shelf, into, { decide });
  await sendHalf(pair, ['d', 'e'], { path: 'd/3', position: 5 * piece }, first);
  expect(await readdir(into)).toEqual([(await staging(into)).slice(into.length + 1)]);
  await first.receiver.close();
  const second = new TestReceiver(shelf, into, { decide });
  const sent = await send(['d', 'e']);
  const { error, transfer } = await second.end();
  expect(error).toBeUndefined();
  expect(await hashesBelow(into)).toEqual(await hashesBelow(from));
  expect(asked).toBe(1);
  for (const one of [sent, transfer]) {
    expect(one.bytesDone).toBe(one.bytes);
    expect(one.keptBytes).toBeGreaterThanOrEqual(10 + 3 * piece + 3 * piece);
    expect(one.filesDone).toBe(5);
  }
});

test('pieces that are not what they were are sent again', async () => {
  const pair = await startFilePair();
  const { shelf, from, into, send } = pair;
  await makeFiles(from, { a: 6 * piece });
  const first = new TestReceiver(shelf, into);
  await sendHalf(pair, ['a'], { path: 'a', position: 5 * piece }, first);
  const part = join(await staging(into), 'part-0');
  const bytes = await readFile(part);
  bytes.fill(0, piece + 7, piece + 8);
  await writeFile(part, bytes);
  const sent = await send(['a']);
  expect((await first.end(1)).error).toBeUndefined();
  expect(sent.keptBytes).toBe(piece);
  expect(await hashesBelow(into)).toEqual(await hashesBelow(from));
});

test('a file that changed between two attempts is another offer', async () => {
  const pair = await startFilePair();
  const { shelf, from, into, send } = pair;
  await makeFiles(from, { a: 4 * piece });
  const first = new TestReceiver(shelf, into);
  await sendHalf(pair, ['a'], { path: 'a', position: 3 * piece }, first);
  const bytes = await readFile(join(from, 'a'));
  bytes[0] = 1 ^ (bytes[0] ?? 0);
  await writeFile(join(from, 'a'), bytes);
  await utimes(join(from, 'a'), new Date(), new Date(1));
  const sent = await send(['a']);
  await first.end(1);
  expect(sent.keptBytes).toBe(0);
  expect(await readFile(join(into, 'a'))).toEqual(bytes);
});

test.each([
  ['a damaged journal', async (at: string) => appendFile(join(at, 'journal'), 'x\n')],
  ['no journal', async (at: string) => unlink(join(at, 'journal'))],
  ['a file in its place', async (at: string) => rm(at, { recursive: true }).then(() => writeFile(at, 'x'))],
  ['an empty part', async (at: string) => truncate(join(at, 'part-1'))],
  ['no part', async (at: string) => unlink(join(at, 'part-1'))],
])('with %s the transfer begins anew, and is right', async (_, damage) => {
  const pair = await startFilePair();
  const { shelf, from, into, send } = pair;
  await makeFiles(from, { 'd/a': 3 * piece });
  const receiver = new TestReceiver(shelf, into);
  await sendHalf(pair, ['d'], { path: 'd/a', position: 2 * piece }, receiver);
  await damage(await staging(into));
  await send(['d']);
  expect((await receiver.end(1)).error).toBeUndefined();
  expect(await hashesBelow(into)).toEqual(await hashesBelow(from));
});

test('what was complete and not written down comes again, once', async () => {
  const pair = await startFilePair();
  const { shelf, from, into, send } = pair;
  await makeFiles(from, { 'd/1': 10, 'd/2': 3 * piece });
  const receiver = new TestReceiver(shelf, into);
  await sendHalf(pair, ['d'], { path: 'd/2', position: 2 * piece }, receiver);
  const at = await staging(into);
  // The folder and the first file.
  const journal = await readFile(join(at, 'journal'));
  await truncate(join(at, 'journal'), journal.byteLength - 2);
  await send(['d']);
  expect((await receiver.end(1)).error).toBeUndefined();
  expect(await hashesBelow(into)).toEqual(await hashesBelow(from));
});
