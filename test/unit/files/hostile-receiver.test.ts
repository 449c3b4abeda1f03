import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { DiskSource } from '../../../src/files/disk-source.ts';
import { frameTypes } from '../../../src/files/frames.ts';
import { StreamSource } from '../../../src/files/stream-source.ts';
import { limits } from '../../../src/limits.ts';
import { makeFiles, startFilePair } from '../../support/file-transfers.ts';
import { accept, done, hashes, receiveRaw, stored } from '../../support/raw-receiver.ts';
import { sha256 } from '../../support/raw-sender.ts';

const piece = limits.files.pieceBytes;
const ten = Buffer.from('0123456789');
/** Of a file of one piece. */
const hashOf = (bytes: Uint8Array): Buffer => sha256(sha256(bytes));
const [right, wrong] = [hashOf(ten), Buffer.alloc(32, 1)];
const noHash = Buffer.alloc(32);

/** To an offer of a folder with two files of ten bytes. */
const lies: readonly (readonly [what: string, frames: readonly Uint8Array[]])[] = [
  ['that it has more entries than were offered', [accept(4)]],
  ['that it has more pieces than were offered', [accept(0, 1)]],
  ['fewer hashes than it has entries', [accept(3), hashes(noHash, right), done(3)]],
  ['more hashes than it has entries', [accept(2), hashes(noHash, right, right)]],
  ['hashes of nothing', [accept(0), hashes(right)]],
  ['hashes behind those of its entries', [accept(3), hashes(noHash, right, right), hashes(right)]],
  ['half a hash', [accept(3), Buffer.from([frameTypes.hashes, 0, 0, 0, 33]), Buffer.alloc(33)]],
  ['that it has a file with another hash', [accept(0), stored(wrong)]],
  ['that it has a file which it has not got', [accept(3), hashes(noHash, right, right), stored(right)]],
  ['that it has everything, before it was sent', [accept(0), done(3)]],
  ['that it has another number of entries', [accept(3), hashes(noHash, right, right), done(2)]],
  ['nothing of what it has', [done(3)]],
  ['a frame of a sender', [accept(0), Buffer.from([frameTypes.end, 0, 0, 0, 8]), Buffer.alloc(8)]],
];

test.each(lies)('a receiver that says %s: the sender fails with ERR_OFFER', async (_, frames) => {
  const { shelf, from, send } = await startFilePair();
  await makeFiles(from, { 'd/1': ten, 'd/2': ten });
  receiveRaw(shelf, frames);
  await expect(send(['d'])).rejects.toMatchObject({ code: 'ERR_OFFER' });
});

test('what a receiver has counts only with the hashes of what is sent', async () => {
  const answers: readonly (readonly [kept: readonly Uint8Array[], from: number])[] = [
    [[noHash, right, right], 3],
    [[noHash, right], 2],
    [[noHash, right, wrong], 0],
    [[noHash, wrong, right], 0],
    [[right, right, right], 0],
  ];
  for (const [kept, begin] of answers) {
    const { shelf, from, send } = await startFilePair();
    await makeFiles(from, { 'd/1': ten, 'd/2': ten });
    const files = begin === 0 ? 2 : 3 - begin;
    const atEnd = [...Array.from({ length: files }, () => stored(right)), done(3)];
    const heard = receiveRaw(shelf, [accept(kept.length), hashes(...kept)], atEnd);
    const sent = await send(['d']);
    expect(heard[0]).toEqual([frameTypes.begin, begin]);
    expect(sent).toMatchObject({ state: 'done', keptBytes: 20 - 10 * files, bytesDone: 20, filesDone: 2 });
  }
});

test('of a million entries whose hashes are wrong the sender reads one, and forgets the others', async () => {
  const { shelf, from, send } = await startFilePair();
  await makeFiles(from, { d: ten });
  const source = await DiskSource.of([`${from}/d`]);
  let opened = 0;
  const million = limits.files.entries;
  const one = hashes(...Array.from({ length: limits.files.hashesPerFrame }, () => wrong));
  const last = hashes(...Array.from({ length: million % limits.files.hashesPerFrame }, () => wrong));
  receiveRaw(
    shelf,
    (function* () {
      yield accept(million);
      for (let told = 0; told + 1_024 <= million; told += 1_024) yield one;
      yield last;
    })(),
  );
  const before = process.memoryUsage().arrayBuffers;
  const sending = send({
    offer: { ...source.offer, entries: million, files: million },
    async *entries() {
      for await (const entry of source.entries())
        for (let at = 0; at < million; at += 1) {
          opened += 1;
          if (opened > 2) throw new Error('stopped');
          yield entry;
        }
    },
  });
  await expect(sending).rejects.toMatchObject({ code: 'ERR_INTERNAL' });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64_000_000);
  // The first one again, and the one behind it.
  expect(opened).toBe(3);
});

test('a receiver has nothing of what comes from a pipe', async () => {
  for (const frames of [
    [accept(1), hashes(right)],
    [accept(0, 1), hashes(sha256(Buffer.alloc(piece)))],
  ]) {
    const { shelf, send } = await startFilePair();
    receiveRaw(shelf, frames);
    await expect(send(new StreamSource('stdin', Readable.from([ten])))).rejects.toMatchObject({ code: 'ERR_OFFER' });
  }
});
