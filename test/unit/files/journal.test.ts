import { appendFile, mkdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decodeRecord, journalHead, noHash, recordBytes, recordOf } from '../../../src/files/journal.ts';
import { JournalFile, readJournal } from '../../../src/files/journal-file.ts';
import { makeDirectory } from '../../support/cli.ts';

/** As in the limits: a test that took it from there would not notice another. */
const hashesPerFrame = 1_024;
const id = Uint8Array.from({ length: 32 }, (_, at) => at);
const owner = { offer: { id, entries: 3_000 }, peer: 'a'.repeat(52) };
const folder = { isFolder: true, size: 0, hash: noHash };
const file = (at: number) => ({ isFolder: false, size: 10, hash: new Uint8Array(32).fill(at) });

/** A journal with so many files behind a folder. */
async function journalWith(files: number): Promise<string> {
  const path = join(await makeDirectory(), 'journal');
  const journal = await JournalFile.open(path, owner, undefined);
  await journal.addEntry(folder);
  for (let at = 0; at < files; at += 1) await journal.addEntry(file(at % 256));
  await journal.close();
  return path;
}

test('an entry is written down as it is, and what cannot be one is none', () => {
  for (const entry of [folder, file(7)]) {
    const record = recordOf(entry);
    expect(record).toHaveLength(recordBytes);
    expect(decodeRecord(record)).toEqual({ ...entry, hash: Buffer.from(entry.hash) });
  }
  const change = (at: number): Buffer => {
    const record = recordOf(folder);
    record[at] = 0x66 ^ 0xff;
    return record;
  };
  for (const bad of [change(0), change(1), change(8), Buffer.alloc(recordBytes), recordOf(folder).subarray(1)])
    expect(decodeRecord(bad)).toBeUndefined();
});

test('a journal says what is complete, and the hashes of it, some at a time', async () => {
  const path = await journalWith(2_500);
  const kept = await readJournal(path, owner);
  expect(kept).toEqual({ entries: 2_501, files: 2_500, bytes: 25_000 });
  const journal = await JournalFile.open(path, owner, kept);
  const some: Buffer[] = [];
  for await (const one of journal.hashes()) some.push(one);
  expect(some.map(({ byteLength }) => byteLength / 32)).toEqual([hashesPerFrame, hashesPerFrame, 2_501 - 2_048]);
  const hashes = Buffer.concat(some);
  expect(hashes.subarray(0, 32)).toEqual(Buffer.from(noHash));
  expect(hashes.subarray(-32)).toEqual(Buffer.alloc(32, 2_499 % 256));
  await journal.restart();
  await journal.addEntry(file(1));
  await journal.close();
  expect(await readJournal(path, owner)).toEqual({ entries: 1, files: 1, bytes: 10 });
});

test('it is of one offer from one peer', async () => {
  const path = await journalWith(1);
  expect(await readJournal(path, { ...owner, peer: 'b'.repeat(52) })).toBeUndefined();
  expect(await readJournal(path, { ...owner, offer: { id: id.toReversed(), entries: 9 } })).toBeUndefined();
  expect(await readJournal(path, { ...owner, offer: { id, entries: 1 } })).toBeUndefined();
  expect(await readJournal(path, { ...owner, offer: { id, entries: 2 } })).toMatchObject({ entries: 2 });
});

test('what was not written to its end does not count, and goes', async () => {
  for (const rest of [recordOf(file(9)).subarray(0, 40), Buffer.alloc(4_096), Buffer.from('x')]) {
    const path = await journalWith(2);
    await appendFile(path, rest);
    const kept = await readJournal(path, owner);
    expect(kept).toEqual({ entries: 3, files: 2, bytes: 20 });
    const journal = await JournalFile.open(path, owner, kept);
    await journal.addEntry(file(3));
    await journal.close();
    expect((await readFile(path)).subarray(-recordBytes)).toEqual(recordOf(file(3)));
    expect(await readJournal(path, owner)).toMatchObject({ entries: 4 });
  }
});

test('what is no journal, or not where one is, is none', async () => {
  const path = await journalWith(1);
  await truncate(path, journalHead(id, owner.peer).byteLength - 1);
  expect(await readJournal(path, owner)).toBeUndefined();
  await writeFile(path, '');
  expect(await readJournal(path, owner)).toBeUndefined();
  const elsewhere = await makeDirectory();
  const real = await journalWith(1);
  expect(await readJournal(join(elsewhere, 'missing'), owner)).toBeUndefined();
  await symlink(real, join(elsewhere, 'journal'));
  expect(await readJournal(join(elsewhere, 'journal'), owner)).toBeUndefined();
  await symlink(join(real, '..'), join(elsewhere, 'link'));
  expect(await readJournal(join(elsewhere, 'link', 'journal'), owner)).toBeUndefined();
  await mkdir(join(elsewhere, 'd', 'journal'), { recursive: true });
  expect(await readJournal(join(elsewhere, 'd', 'journal'), owner)).toBeUndefined();
});
