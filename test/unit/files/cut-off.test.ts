import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import type { LanpeerError } from '../../../src/errors.ts';
import { DiskSource } from '../../../src/files/disk-source.ts';
import { StreamSource } from '../../../src/files/stream-source.ts';
import { limits } from '../../../src/limits.ts';
import { pausing, staging } from '../../support/file-cuts.ts';
import { hashesBelow, makeFiles, startFilePair, TestReceiver } from '../../support/file-transfers.ts';

const piece = limits.files.pieceBytes;

test('a sender that has not heard that all is there is told so, and nothing comes twice', async () => {
  const { shelf, from, into, desk, send } = await startFilePair();
  await makeFiles(from, { a: 10 });
  const receiver = new TestReceiver(shelf, into);
  // It goes with the last answer under way.
  const published = new Promise<void>((resolve) => {
    const { open } = { open: desk.openStream.bind(desk) };
    desk.openStream = async (...args) => {
      const stream = await open(...args);
      desk.openStream = open;
      receiver.transfers.changes$.subscribe(({ filesDone }) => {
        if (filesDone !== 1) return;
        stream.abort();
        resolve();
      });
      return stream;
    };
  });
  const lost = send(['a']).catch((thrown: LanpeerError) => thrown.code);
  await published;
  expect(await lost).toMatch(/^ERR_/);
  await receiver.end();
  const sent = await send(['a']);
  await receiver.end(1);
  expect(sent).toMatchObject({ state: 'done', keptBytes: 10 });
  expect(await readdir(into)).toEqual(['a']);
});

test('what comes from a pipe cannot go on, and leaves nothing', async () => {
  const { shelf, into, send } = await startFilePair();
  const receiver = new TestReceiver(shelf, into);
  const abort = new AbortController();
  const source = new StreamSource(
    'stdin',
    Readable.from(
      (async function* () {
        yield Buffer.alloc(3 * piece);
        abort.abort();
        yield Buffer.alloc(piece);
      })(),
    ),
  );
  await expect(send(source, abort.signal)).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  await receiver.end();
  expect(await readdir(into)).toEqual([]);
  await expect(send(source)).rejects.toMatchObject({ code: 'ERR_CUT_OFF' });
});

test('a receiver that goes and comes back is waited for', async () => {
  const { shelf, desk, from, into, send } = await startFilePair();
  await makeFiles(from, { a: 8 * piece });
  const first = new TestReceiver(shelf, into);
  const source = await DiskSource.of([join(from, 'a')]);
  let stopped = false;
  const sending = send(
    pausing(source, async (_, position) => {
      if (position < 4 * piece || stopped) return;
      stopped = true;
      await shelf.stop();
    }),
  );
  await first.end();
  await shelf.start();
  const sent = await sending;
  expect((await first.end(1)).error).toBeUndefined();
  expect(sent.keptBytes).toBeGreaterThan(0);
  expect(await hashesBelow(into)).toEqual(await hashesBelow(from));
  expect(desk.peers.has(shelf.id)).toBe(true);
});

test('one that does not come back in time leaves a transfer that can go on', async () => {
  const { shelf, from, into, send } = await startFilePair({ reconnectMs: 300 });
  await makeFiles(from, { a: 4 * piece });
  const receiver = new TestReceiver(shelf, into);
  const source = await DiskSource.of([join(from, 'a')]);
  const sending = send(
    pausing(source, async (_, position) => {
      if (position >= 2 * piece) await shelf.stop();
    }),
  );
  await expect(sending).rejects.toMatchObject({ code: 'ERR_CUT_OFF' });
  await receiver.end();
  expect(await readdir(await staging(into))).toEqual(['files', 'journal', 'part-0']);
});
