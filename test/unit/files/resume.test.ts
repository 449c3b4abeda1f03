import { appendFile, link, readdir, readFile, rm, truncate, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recordBytes } from '../../../src/files/journal.ts';
import { limits } from '../../../src/limits.ts';
import { sendHalf, staging } from '../../support/file-cuts.ts';
import { hashesBelow, makeFiles, startFilePair, TestReceiver } from '../../support/file-transfers.ts';
import { end, folder, offerOf, sendRaw, wholeFile } from '../../support/raw-sender.ts';

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

/** Goes back to where the last file that is complete had its name, and was not written down. */
async function forgetLast(at: string, file: string, part: string): Promise<void> {
  const journal = join(at, 'journal');
  await truncate(journal, (await readFile(journal)).byteLength - recordBytes);
  await link(join(at, 'files', file), join(at, part));
}

test('what was complete and not written down comes again, once', async () => {
  const pair = await startFilePair();
  const { shelf, from, into, send } = pair;
  await makeFiles(from, { 'd/1': 10, 'd/2': 3 * piece });
  const receiver = new TestReceiver(shelf, into);
  await sendHalf(pair, ['d'], { path: 'd/2', position: 2 * piece }, receiver);
  await forgetLast(await staging(into), 'd/1', 'part-1');
  await send(['d']);
  expect((await receiver.end(1)).error).toBeUndefined();
  expect(await hashesBelow(into)).toEqual(await hashesBelow(from));
});

test('a file that had its name and was not written down is published once', async () => {
  const pair = await startFilePair();
  const { shelf, from, into, send } = pair;
  await makeFiles(from, { a: 2 * piece, b: 3 * piece });
  const receiver = new TestReceiver(shelf, into);
  await sendHalf(pair, ['a', 'b'], { path: 'b', position: 2 * piece }, receiver);
  await forgetLast(await staging(into), 'a', 'part-0');
  const sent = await send(['a', 'b']);
  expect((await receiver.end(1)).error).toBeUndefined();
  // What is in a file that has its name is compared as well.
  expect(sent.keptBytes).toBe(2 * piece);
  expect(await hashesBelow(into)).toEqual(await hashesBelow(from));
});

test('after a restart no entry takes the place of another one that has its name', async () => {
  const { desk, shelf, into } = await startFilePair();
  const receiver = new TestReceiver(shelf, into);
  const [one, other] = [Buffer.from('one'), Buffer.from('two')];
  const offer = offerOf({ entries: 3, files: 2, bytes: 6 });
  const first = await sendRaw(desk, shelf.id, offer, [folder('d'), wholeFile('d/a', one)]);
  await new Promise<void>((resolve) => {
    receiver.transfers.changes$.subscribe(({ filesDone }) => void (filesDone === 1 && resolve()));
  });
  first.abort();
  await receiver.end();
  await sendRaw(desk, shelf.id, offer, [wholeFile('d/a', other), end(3)], 2);
  expect((await receiver.end(1)).error).toBeUndefined();
  expect(await readFile(join(into, 'd/a'), 'utf8')).toBe('one');
  expect(await readFile(join(into, 'd/a (1)'), 'utf8')).toBe('two');
});
