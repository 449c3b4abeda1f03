import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { entryFrame } from '../../../src/files/entry.ts';
import { frameOf, frameOfNumbers, frameTypes, frameWith } from '../../../src/files/frames.ts';
import { limits } from '../../../src/limits.ts';
import { hashesBelow, startFilePair, TestReceiver } from '../../support/file-transfers.ts';
import {
  begin,
  end,
  file,
  fileEnd,
  folder,
  offerOf,
  piece,
  sendRaw,
  sha256,
  wholeFile,
} from '../../support/raw-sender.ts';

const ten = Buffer.from('0123456789');
const full = Buffer.alloc(limits.files.pieceBytes);

/** What an honest sender of ten bytes sends. */
const honest = [file('a', 10), piece(ten), fileEnd(ten), end(1)];

const lies: readonly (readonly [what: string, offer: object, frames: readonly Uint8Array[]])[] = [
  ['another hash of a piece', {}, [file('a', 10), piece(ten, sha256(full)), fileEnd(ten), end(1)]],
  ['another hash of the file', {}, [file('a', 10), piece(ten), fileEnd(full), end(1)]],
  ['fewer bytes than announced', {}, [file('a', 10), fileEnd(), end(1)]],
  ['a shorter piece', {}, [file('a', 10), piece(ten.subarray(1)), fileEnd(ten), end(1)]],
  ['more bytes than announced', {}, [file('a', 10), piece(ten), piece(ten), fileEnd(ten, ten), end(1)]],
  ['a larger piece', {}, [file('a', 10), piece(Buffer.concat([ten, ten])), fileEnd(ten), end(1)]],
  ['a larger file than offered', {}, [file('a', 11)]],
  ['two files that together are larger', { entries: 2, files: 2 }, [wholeFile('a', ten), file('b', 1)]],
  ['more files than offered', {}, [wholeFile('a', ten), file('b', 0)]],
  ['more folders than offered', {}, [folder('d'), folder('e')]],
  ['a file for a folder', { files: 0 }, [file('a', 10)]],
  ['an end too early', { entries: 2 }, [wholeFile('a', ten), end(1)]],
  ['an end with another number', {}, [wholeFile('a', ten), end(2)]],
  ['an end inside of a file', {}, [file('a', 10), end(1)]],
  ['a file inside of a file', { entries: 2, files: 2 }, [file('a', 10), file('b', 0)]],
  ['a piece of no file', {}, [piece(ten)]],
  ['the end of no file', {}, [fileEnd()]],
  ['pieces that are not there', {}, [entryFrame({ kind: 'file', path: 'a', size: 10, modified: 0 }, 1)]],
  ['that it compared entries that are not there', {}, [frameOfNumbers(frameTypes.compared, 1, 0), ...honest]],
  ['that it compared bytes that are not there', {}, [frameOfNumbers(frameTypes.compared, 0, 5), ...honest]],
  ['two beginnings', {}, [begin(0), ...honest]],
  ['a file of unknown size', {}, [wholeFile('a', ten, 'stream'), end(1)]],
  ['a size where none was offered', { bytes: null }, [file('a', 10)]],
  ['pieces behind the last one', { bytes: null }, [wholeFile('a', ten, 'stream').subarray(0, -37), piece(ten)]],
  ['an answer of a receiver', {}, [frameWith(frameTypes.stored, sha256(ten))]],
  ['a frame of no type', {}, [frameWith(99 as never, sha256(ten))]],
  ['a frame that is too long', {}, [Buffer.from([frameTypes.piece, 0xff, 0xff, 0xff, 0xff])]],
  ...['../a', '/etc/cron.d/a', 'a/../../b', 'd//a', 'a\0', 'a\u001b[2J', 'a\u202egpj', '.', 'a\n', 'n'.repeat(256)].map(
    (path) => [`the name ${JSON.stringify(path).slice(0, 30)}`, {}, [wholeFile(path, ten), end(1)]] as const,
  ),
  ['a file in a folder that was not named', {}, [wholeFile('d/a', ten), end(1)]],
  ['a file in a file', { entries: 2, files: 2 }, [wholeFile('d', Buffer.alloc(0)), wholeFile('d/a', ten), end(2)]],
];

test.each(lies)('%s: the sender hears it, and nothing but files that were whole is there', async (_, offer, frames) => {
  const { desk, shelf, into } = await startFilePair();
  const receiver = new TestReceiver(shelf, into);
  await writeFile(join(into, 'mine'), 'mine');
  const stream = await sendRaw(desk, shelf.id, offerOf(offer), frames);
  const told = await stream.readable.pipeTo(new WritableStream()).catch((thrown) => thrown);
  const { error, transfer } = await receiver.end();
  expect(told).toMatchObject({ code: 'ERR_STREAM_ABORTED', remoteCode: 'ERR_OFFER' });
  expect(error).toMatchObject({ code: 'ERR_OFFER' });
  expect(transfer).toMatchObject({ state: 'failed', code: 'ERR_OFFER' });
  for (const name of Object.keys(await hashesBelow(into))) expect(['mine', 'a', 'd']).toContain(name);
});

test.each([
  ['behind what is there', 1],
  ['nowhere', null],
])('a sender that begins %s is refused', async (_, from) => {
  const { desk, shelf, into } = await startFilePair();
  const receiver = new TestReceiver(shelf, into);
  for (const [at, frames] of [honest, [end(1)]].entries()) {
    const stream = await sendRaw(desk, shelf.id, offerOf(), frames, from);
    const told = await stream.readable.pipeTo(new WritableStream()).catch((thrown) => thrown);
    expect(told).toMatchObject({ code: 'ERR_STREAM_ABORTED', remoteCode: 'ERR_OFFER' });
    expect((await receiver.end(at)).error).toMatchObject({ code: 'ERR_OFFER' });
  }
  expect(await readdir(into)).toEqual([]);
});

test.each([
  ['nothing', null],
  ['a text', 'hello'],
  ['another object', { files: 1 }],
  ['numbers that contradict each other', { version: 1, ...offerOf({ files: 2 }) }],
])('what is no offer is not answered with a question: %s', async (_, data) => {
  const { desk, shelf, into } = await startFilePair();
  const receiver = new TestReceiver(shelf, into, { decide: () => Promise.reject(new Error('asked')) });
  const stream = await sendRaw(desk, shelf.id, data, []);
  await expect(stream.readable.getReader().read()).rejects.toMatchObject({ remoteCode: 'ERR_OFFER' });
  expect(receiver.transfers.all).toEqual([]);
});

test('a sender that is gone half-way leaves what goes on, and nothing under its name', async () => {
  const { desk, shelf, into } = await startFilePair();
  const receiver = new TestReceiver(shelf, into);
  const frames = [file('a', 2 * full.byteLength), piece(full)];
  const stream = await sendRaw(desk, shelf.id, offerOf({ bytes: 2 * full.byteLength }), frames);
  await new Promise<void>((resolve) => {
    receiver.transfers.changes$.subscribe(({ bytesDone }) => void (bytesDone === full.byteLength && resolve()));
  });
  stream.abort();
  expect((await receiver.end()).error).toMatchObject({ code: 'ERR_STREAM_ABORTED' });
  const [name, ...others] = await readdir(into);
  expect(others).toEqual([]);
  expect(name).toMatch(/^\.lanpeer-[0-9a-f]{32}$/);
  expect((await readdir(join(into, name ?? ''))).sort()).toEqual(['files', 'journal', 'part-0']);
});

test('what comes behind the end changes nothing', async () => {
  const { desk, shelf, into } = await startFilePair();
  const receiver = new TestReceiver(shelf, into);
  await sendRaw(desk, shelf.id, offerOf(), [...honest, piece(ten)]);
  expect((await receiver.end()).error).toBeUndefined();
  expect(await readdir(into)).toContain('a');
});

test('names that are there twice in an offer get numbers, and no more than a hundred', async () => {
  const { desk, shelf, into } = await startFilePair();
  const receiver = new TestReceiver(shelf, into);
  const entries = 103;
  const one = wholeFile('d/a.txt', Buffer.alloc(0));
  const frames = [folder('d'), ...Array.from({ length: entries - 1 }, () => one), end(entries)];
  await sendRaw(desk, shelf.id, offerOf({ entries: entries - 1, files: 100, bytes: 0 }), [
    folder('d'),
    folder('d'),
    ...Array.from({ length: 100 }, () => one),
    end(102),
  ]);
  expect((await receiver.end()).error).toBeUndefined();
  expect(await readdir(join(into, 'd'))).toHaveLength(100);
  expect(await readdir(join(into, 'd'))).toContain('a (99).txt');
  const tooMany = await sendRaw(desk, shelf.id, offerOf({ entries, files: entries - 1, bytes: 0 }), frames);
  tooMany.readable.pipeTo(new WritableStream()).catch(() => undefined);
  expect((await receiver.end(1)).error).toMatchObject({ code: 'ERR_OFFER' });
  await receiver.receiver.close();
  expect(await readdir(into)).toEqual(['d']);
});

test('a head that lies about its length takes no memory', async () => {
  const { desk, shelf, into } = await startFilePair();
  const receiver = new TestReceiver(shelf, into);
  const head = frameOf(frameTypes.entry, 0);
  head.writeUInt32BE(2 ** 31, 1);
  const before = process.memoryUsage().arrayBuffers;
  const stream = await sendRaw(desk, shelf.id, offerOf(), [head]);
  stream.readable.pipeTo(new WritableStream()).catch(() => undefined);
  expect((await receiver.end()).error).toMatchObject({ code: 'ERR_OFFER' });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64_000_000);
});
