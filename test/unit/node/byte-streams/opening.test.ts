import { expect, test } from 'vitest';
import type { PeerStream } from '../../../../src/index.ts';
import { limits } from '../../../../src/limits.ts';
import { StreamPrograms } from '../../../support/stream-programs.ts';

const { open } = limits.streams;

/** As many streams as may be open, at both ends. */
async function full() {
  const programs = new StreamPrograms();
  const others: PeerStream[] = [];
  programs.b.acceptors.add('file', (stream) => void others.push(stream));
  const streams = await Promise.all(Array.from({ length: open }, () => programs.a.open('file')));
  return { ...programs, programs, streams, others };
}

test('when a stream is over whose end this side tells last, one that waits is opened', async () => {
  const { a, streams, others } = await full();
  const waiting = a.open('file');
  const [stream, other] = [streams[0], others[0]];
  await Promise.all([stream?.writable.close(), other?.readable.getReader().read()]);
  await Promise.all([other?.writable.close(), stream?.readable.getReader().read()]);
  await waiting;
  expect(others).toHaveLength(open + 1);
});

test('streams that wait for a place are opened in the order of their calls', async () => {
  const { a, streams, others } = await full();
  const waiting = Array.from({ length: 300 }, (_, no) => a.open('file', { data: no }));
  for (const stream of streams) stream.abort();
  for (const one of waiting) (await one).abort();
  expect(others.slice(open).map(({ data }) => data)).toEqual(Array.from({ length: 300 }, (_, no) => no));
});

test('when the signal aborts while a call waits for a place, the place is for the next one', async () => {
  const { a, streams, others } = await full();
  const controller = new AbortController();
  const first = a.open('file', { data: 'first', signal: controller.signal });
  const second = a.open('file', { data: 'second' });
  controller.abort();
  await expect(first).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  streams[0]?.abort();
  await second;
  expect(others.at(-1)?.data).toBe('second');
});

test('when the peer leaves, calls that wait fail', async () => {
  const { a } = await full();
  const waiting = a.open('file');
  a.peer.close();
  await expect(waiting).rejects.toMatchObject({ code: 'ERR_NO_PEER' });
});

test('when the other side ends one direction of a stream that no program there has, the stream is over', async () => {
  const { a, b } = new StreamPrograms();
  const incoming = new Promise<void>((resolve) => {
    b.acceptors.receive = (_, stream) => {
      stream.outgoing.reset({ kind: 'refused', code: '', text: '' });
      resolve();
    };
  });
  await Promise.all([incoming, expect(a.open('file')).rejects.toMatchObject({ code: 'ERR_STREAM_REFUSED' })]);
  await expect.poll(() => a.peer.isBusy).toBe(false);
});

test('handlers that run longer than their streams count against the peer', async () => {
  const { a, b } = new StreamPrograms();
  const handlers = new Set<() => void>();
  b.acceptors.add('file', () => new Promise<void>((resolve) => handlers.add(resolve)));
  for (let no = 0; no < 256; no += 1) (await a.open('file')).abort();
  await expect(a.open('file')).rejects.toMatchObject({ code: 'ERR_BUSY' });
  for (const settle of handlers) settle();
  (await a.open('file')).abort();
  expect(handlers.size).toBe(257);
});
