import { mkdir, readdir, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { filter, firstValueFrom } from 'rxjs';
import { expect, test } from 'vitest';
import { LanpeerError } from '../../../src/errors.ts';
import { Completions } from '../../../src/files/completions.ts';
import { Confirmations } from '../../../src/files/confirmations.ts';
import { checkRoom } from '../../../src/files/disk.ts';
import { DiskSource } from '../../../src/files/disk-source.ts';
import { FrameReader } from '../../../src/files/frame-reader.ts';
import { frameTypes } from '../../../src/files/frames.ts';
import { sendFiles } from '../../../src/files/send-files.ts';
import { FileTransfers } from '../../../src/files/transfers.ts';
import { createVirtualClock } from '../../../src/testing/index.ts';
import { makeDirectory } from '../../support/cli.ts';
import { addNode, makeFiles, startFilePair, TestReceiver } from '../../support/file-transfers.ts';
import { end, file, offerOf, sendRaw, sha256, wholeFile } from '../../support/raw-sender.ts';

/** As in the limits: a test that took them from there would not notice others. */
const [receiving, receivingPerPeer, unfinished, numbers, syncing, unconfirmed, ended] = [
  16, 4, 64, 1_000, 16, 1_024, 64,
] as const;
const [stallMs, reconnectMs, goodbyeMs, freeBytes] = [600_000, 30_000, 2_000, 16_777_216] as const;

test('some offers of a peer are under way at once, and some more of all', async () => {
  const { network, desk, shelf, into } = await startFilePair();
  const { receiver } = new TestReceiver(shelf, into);
  const senders = [desk];
  while (senders.length <= receiving / receivingPerPeer) senders.push(await addNode(network, shelf));
  const outcomes: Promise<string>[] = [];
  for (const sender of senders)
    for (let at = 0; at <= receivingPerPeer; at += 1) {
      const stream = await sendRaw(sender, shelf.id, offerOf({ names: [`${at}`] }), []);
      const outcome = stream.readable.getReader().read();
      outcomes.push(
        outcome.then(
          () => 'taken',
          ({ remoteCode }) => String(remoteCode),
        ),
      );
    }
  const all = await Promise.all(outcomes);
  const ofPeer = [...Array.from({ length: receivingPerPeer }, () => 'taken'), 'ERR_BUSY'];
  expect(all.slice(0, ofPeer.length)).toEqual(ofPeer);
  expect(all.slice(-ofPeer.length)).toEqual(ofPeer.map(() => 'ERR_BUSY'));
  expect(receiver.size).toBe(receiving);
});

test('a folder has some transfers that ended half-way, and takes no more', async () => {
  const { shelf, from, into, send } = await startFilePair();
  const receiver = new TestReceiver(shelf, into);
  await makeFiles(from, { a: 10 });
  for (let at = 1; at < unfinished; at += 1) await mkdir(join(into, `.lanpeer-${at}`));
  await send(['a']);
  await mkdir(join(into, '.lanpeer-0'));
  await expect(send(['a'])).rejects.toMatchObject({ code: 'ERR_BUSY' });
  expect((await receiver.end(1)).error?.message).toContain('64 transfers that ended half-way');
});

test('a name is taken so many times, and no more', async () => {
  const { shelf, from, into, send } = await startFilePair();
  const receiver = new TestReceiver(shelf, into);
  await makeFiles(from, { a: 10 });
  await writeFile(join(into, 'a'), '');
  await Promise.all(Array.from({ length: numbers - 2 }, (_, at) => writeFile(join(into, `a (${at + 1})`), '')));
  await send(['a']);
  expect(receiver.published).toEqual([join(into, `a (${numbers - 1})`)]);
  await expect(send(['a'])).rejects.toMatchObject({ code: 'ERR_FILE' });
  expect(await readdir(into)).not.toContain(`a (${numbers})`);
});

test('some files wait for the disk, and the next one for the first of these', async () => {
  const written: number[] = [];
  const completions = new Completions({ addEntry: async ({ size }) => void written.push(size) });
  const disk = Promise.withResolvers<void>();
  for (let size = 0; size < syncing; size += 1) {
    await completions.room();
    completions.add({ isFolder: false, size, hash: new Uint8Array(32) }, disk.promise);
  }
  let hasRoom = false;
  const room = completions.room().then(() => {
    hasRoom = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect([hasRoom, written]).toEqual([false, []]);
  disk.resolve();
  await room;
  await completions.settled();
  expect(written).toEqual(Array.from({ length: syncing }, (_, at) => at));
});

test('some files wait to be confirmed, and the next one for the first of these', async () => {
  const confirmations = new Confirmations();
  for (let at = 1; at < unconfirmed; at += 1) confirmations.add(sha256(Buffer.from(`${at}`)));
  expect(confirmations.isFull).toBe(false);
  await confirmations.room();
  confirmations.add(sha256(Buffer.from('last')));
  expect(confirmations.isFull).toBe(true);
  const room = confirmations.room();
  confirmations.confirm(sha256(Buffer.from('1')));
  await room;
  expect(confirmations.size).toBe(unconfirmed - 1);
});

test('transfers that are over are listed, the last ones', () => {
  const transfers = new FileTransfers(() => 0);
  const under = transfers.begin('send', 'a'.repeat(52), offerOf());
  for (let at = 0; at < 2 * ended; at += 1)
    transfers.begin('send', 'a'.repeat(52), offerOf()).fail(new LanpeerError('ERR_CUT_OFF'));
  expect(transfers.all).toHaveLength(ended + 1);
  expect(transfers.all.at(0)).toBe(under.value);
  expect(transfers.all.at(-1)?.number).toBe(2 * ended + 1);
});

test('a sender from which nothing comes for that time has given up', async () => {
  const { desk, shelf, into } = await startFilePair();
  const clock = createVirtualClock();
  const receiver = new TestReceiver(shelf, into, { clock });
  const moving = firstValueFrom(receiver.transfers.changes$.pipe(filter(({ state }) => state === 'moving')));
  await sendRaw(desk, shelf.id, offerOf(), [file('a', 10)]);
  await moving;
  await clock.advanceAsync(stallMs - 1_000);
  expect(receiver.receiver.size).toBe(1);
  await clock.advanceAsync(2_000);
  expect((await receiver.end()).error).toMatchObject({ code: 'ERR_TIMEOUT', message: 'Nothing came for 10 minutes.' });
});

test('a peer that is away is waited for that long', async () => {
  const { network, desk, shelf, from, into } = await startFilePair();
  await makeFiles(from, { a: 10 });
  new TestReceiver(shelf, into, { decide: () => new Promise(() => undefined) });
  const clock = createVirtualClock();
  const transfers = new FileTransfers(Date.now);
  const source = await DiskSource.of([join(from, 'a')]);
  const away = firstValueFrom(transfers.changes$.pipe(filter(({ state }) => state === 'away')));
  const { signal } = new AbortController();
  const failed = sendFiles({ node: desk, to: shelf.id, source, transfers, clock, signal }).catch(({ code }) => code);
  network.kill(shelf);
  await away;
  await clock.advanceAsync(reconnectMs - 1_000);
  expect(transfers.all[0]?.state).toBe('away');
  await clock.advanceAsync(1_000);
  expect(await failed).toBe('ERR_CUT_OFF');
});

test('when all is there, a sender that does not end is waited for that long', async () => {
  const { desk, shelf, into } = await startFilePair();
  const clock = createVirtualClock();
  const receiver = new TestReceiver(shelf, into, { clock });
  const stream = await sendRaw(desk, shelf.id, offerOf(), [wholeFile('a', Buffer.alloc(10)), end(1)]);
  const reader = new FrameReader(stream.readable);
  for (let type: number | undefined; type !== frameTypes.done; ) {
    const head = await reader.next();
    await reader.body(head?.length ?? 0);
    type = head?.type;
  }
  // The clock moves while it does what takes real time.
  for (let ms = 0; ms < 60 * goodbyeMs && receiver.ended.length === 0; ms += 100) {
    await clock.advanceAsync(100);
    await readdir(into);
  }
  expect(await receiver.end()).toMatchObject({ error: undefined, transfer: { state: 'done' } });
});

test('some of a disk stays free, and no more than that', async () => {
  const folder = await makeDirectory();
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  await expect(checkRoom(folder, free + 1_000_000_000)).rejects.toMatchObject({ code: 'ERR_DISK_FULL' });
  // Others may write meanwhile.
  await checkRoom(folder, Math.max(0, free - freeBytes - 500_000_000));
});
