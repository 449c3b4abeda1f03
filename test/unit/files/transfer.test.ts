import { readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { StreamSource } from '../../../src/files/stream-source.ts';
import { limits } from '../../../src/limits.ts';
import { makeDirectory } from '../../support/cli.ts';
import { hashesBelow, makeFiles, startFilePair, TestReceiver } from '../../support/file-transfers.ts';

const piece = limits.files.pieceBytes;

test('files and folders arrive as they are, the empty ones too, with their times', async () => {
  const { shelf, from, into, send } = await startFilePair();
  const receiver = new TestReceiver(shelf, into);
  await makeFiles(from, {
    'one.bin': 3 * piece + 1,
    'exact.bin': 2 * piece,
    'empty.txt': '',
    'photos/a.jpg': 10,
    'photos/2024/deep/b.jpg': 70_000,
    'photos/nothing/': '',
    'photos/.hidden': 'x',
  });
  await utimes(join(from, 'one.bin'), new Date(0), new Date(1_600_000_000_123));
  const names = ['one.bin', 'exact.bin', 'empty.txt', 'photos'];
  const sent = await send(names);
  const { transfer, error } = await receiver.end();
  expect(error).toBeUndefined();
  expect(await hashesBelow(into)).toEqual(await hashesBelow(from));
  expect(Math.floor((await stat(join(into, 'one.bin'))).mtimeMs)).toBe(1_600_000_000_123);
  expect(receiver.published).toEqual(names.map((name) => join(into, name)));
  const figures = { state: 'done', files: 6, filesDone: 6, items: 4, names, keptBytes: 0, code: null };
  const bytes = 3 * piece + 1 + 2 * piece + 10 + 70_000 + 1;
  for (const one of [sent, transfer]) expect(one).toMatchObject({ ...figures, bytes, bytesDone: bytes });
});

test('what is there is never overwritten, and no link leads out of the folder', async () => {
  const { shelf, from, into, send } = await startFilePair();
  const receiver = new TestReceiver(shelf, into);
  const outside = await makeDirectory();
  await writeFile(join(outside, 'victim'), 'mine');
  await makeFiles(into, { 'a.txt': 'old', 'a (1).txt': 'older', 'd/x': 'old', '.keep': '1' });
  await symlink(join(outside, 'victim'), join(into, 'b.txt'));
  await symlink(outside, join(into, 'e'));
  await symlink(join(outside, 'missing'), join(into, 'f.txt'));
  await makeFiles(from, {
    'a.txt': 'new',
    'b.txt': 'new',
    'f.txt': 'new',
    'd/x': 'new',
    'd/y': 'new',
    'e/victim': 'new',
  });
  const before = await hashesBelow(into);
  await send(['a.txt', 'b.txt', 'd', 'e', 'f.txt']);
  await receiver.end();
  expect(await hashesBelow(into)).toMatchObject(before);
  expect(receiver.published.map((path) => path.slice(into.length + 1))).toEqual([
    'a (2).txt',
    'b (1).txt',
    'd (1)',
    'e (1)',
    'f (1).txt',
  ]);
  for (const name of ['a (2).txt', 'b (1).txt', 'd (1)/x', 'd (1)/y', 'e (1)/victim', 'f (1).txt'])
    expect(await readFile(join(into, name), 'utf8')).toBe('new');
  expect(await hashesBelow(outside)).toEqual({ victim: expect.any(String) });
  expect(await readFile(join(outside, 'victim'), 'utf8')).toBe('mine');
});

test('two roots of one name, and names that begin with a dot, have their own', async () => {
  const { shelf, from, into, send } = await startFilePair();
  const receiver = new TestReceiver(shelf, into);
  await makeFiles(from, { 'x/a.txt': '1', 'y/a.txt': '2', '.profile': '3', '.lanpeer-00/journal': '4' });
  await send(['x/a.txt', 'y/a.txt', '.profile', '.lanpeer-00']);
  await receiver.end();
  expect(Object.keys(await hashesBelow(into))).toEqual([
    '_lanpeer-00',
    '_lanpeer-00/journal',
    '_profile',
    'a (1).txt',
    'a.txt',
  ]);
});

test('what comes from a pipe is a file, whatever its length', async () => {
  const { shelf, into, send } = await startFilePair();
  const receiver = new TestReceiver(shelf, into);
  const chunks = [Buffer.alloc(700_000, 1), Buffer.alloc(1, 2), Buffer.alloc(2 * piece - 700_001, 3)];
  for (const [at, some] of [[], chunks.slice(0, 1), chunks].entries()) {
    const sent = await send(new StreamSource('stdin', Readable.from(some)));
    const { error } = await receiver.end(at);
    expect(error).toBeUndefined();
    const bytes = Buffer.concat(some);
    expect(sent).toMatchObject({ state: 'done', bytesDone: bytes.byteLength });
    expect(bytes.equals(await readFile(receiver.published[at] ?? ''))).toBe(true);
  }
  expect((await readdir(into)).sort()).toEqual(['stdin', 'stdin (1)', 'stdin (2)']);
});
