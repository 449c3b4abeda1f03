import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { filter, firstValueFrom } from 'rxjs';
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

test('a sender whose receiver is gone says so, and gives up in time', async () => {
  const { network, shelf, from, into, send, sent$ } = await startFilePair({ reconnectMs: 300 });
  await makeFiles(from, { a: 4 * piece });
  new TestReceiver(shelf, into);
  const states = new Set<string>();
  sent$.subscribe(({ state }) => states.add(state));
  const source = await DiskSource.of([join(from, 'a')]);
  const sending = send(
    pausing(source, async (_, position) => {
      if (position === 2 * piece) network.kill(shelf);
    }),
  );
  await expect(sending).rejects.toMatchObject({ code: 'ERR_CUT_OFF' });
  expect([...states]).toEqual(['waiting', 'moving', 'away', 'failed']);
});

test('a transfer goes on over the stream that it has when the peer is back in time', async () => {
  const { network, desk, shelf, from, into, send, sent$ } = await startFilePair();
  await makeFiles(from, { a: 8 * piece });
  const receiver = new TestReceiver(shelf, into);
  const states: string[] = [];
  sent$.subscribe(({ state }) => {
    if (state !== states.at(-1)) states.push(state);
    if (state === 'away') queueMicrotask(() => network.heal());
  });
  const source = await DiskSource.of([join(from, 'a')]);
  let isCut = false;
  const sent = await send(
    pausing(source, async (_, position) => {
      if (position < 4 * piece || isCut) return;
      isCut = true;
      network.cut(desk, shelf);
      network.drop(desk, shelf);
      await firstValueFrom(desk.peers$.pipe(filter(({ size }) => size === 0)));
    }),
  );
  expect(states).toEqual(['waiting', 'moving', 'away', 'moving', 'done']);
  expect(sent.keptBytes).toBe(0);
  expect(await receiver.end()).toMatchObject({ error: undefined });
  expect(receiver.ended).toHaveLength(1);
});

test.each(['the sender gives up', 'the receiver ends', 'the receiver is killed'] as const)(
  'a pipe from which nothing comes is let go when %s',
  async (what) => {
    const { network, shelf, into, send, sent$ } = await startFilePair({ reconnectMs: 300 });
    const receiver = new TestReceiver(shelf, into);
    const accepted = firstValueFrom(sent$.pipe(filter(({ state }) => state === 'moving')));
    const [input, abort] = [new PassThrough(), new AbortController()];
    input.write('begun');
    const failed = send(new StreamSource('stdin', input), abort.signal).then(
      () => Promise.reject(new Error('sent')),
      (thrown: LanpeerError) => thrown,
    );
    await accepted;
    if (what === 'the sender gives up') abort.abort();
    else if (what === 'the receiver ends') await receiver.receiver.close();
    else network.kill(shelf);
    const error = await failed;
    expect(error.code).toBe(what === 'the sender gives up' ? 'ERR_ABORTED' : 'ERR_CUT_OFF');
    if (what !== 'the sender gives up') expect(error.message).toMatch(/what comes from a pipe cannot go on/);
    expect(input.destroyed).toBe(true);
  },
);
