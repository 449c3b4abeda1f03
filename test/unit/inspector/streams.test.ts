import { expect, it } from 'vitest';
import { limits, type PeerStream } from '../../../src/index.ts';
import type { StreamsEvent } from '../../../src/inspector/model/stream-events.ts';
import { readRecording } from '../../../src/inspector/read-recording.ts';
import { StreamWatch } from '../../../src/inspector/streams.ts';
import type { ObservedStream, ObservedStreams } from '../../../src/node/observer.ts';
import { createMemoryNetwork, createVirtualClock } from '../../../src/testing/index.ts';
import { newFile } from '../../support/directory.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import { ada, hello, reduced, view } from '../../support/trace-events.ts';

const stream = (sent: number, received = 0, number = 0): ObservedStream => ({
  number,
  type: '<b>file</b>',
  opener: 'local',
  sent: { written: sent + 10, read: sent, credit: 5 },
  received: { arrived: received, read: received, credit: 7 },
});

const streams = (at: number, ...all: readonly ObservedStream[]): StreamsEvent => ({
  t: 'streams',
  at,
  id: ada,
  streams: all,
  count: all.length,
});

it('the model has the open streams of a peer, with how quickly they are read, until there are none', () => {
  const model = reduced([hello(), streams(1_000, stream(100, 50)), streams(3_000, stream(2_100, 50), stream(9, 9, 2))]);
  expect(view(model, ada).streams?.streams).toEqual([
    { ...stream(2_100, 50), rates: { bytesIn: 0, bytesOut: 1_000 } },
    { ...stream(9, 9, 2), rates: null },
  ]);
  const over = reduced([hello(), streams(1_000, stream(100)), streams(2_000)]);
  expect(view(over, ada).streams).toBeNull();
});

it('streams of another session, with the same numbers, have no rate at first', () => {
  const model = reduced([hello(), streams(1_000, stream(100)), streams(2_000, stream(5))]);
  expect(view(model, ada).streams?.streams[0]?.rates).toBeNull();
});

it('what does not move is told twice, and what is over once', () => {
  let open: ObservedStreams[] = [{ peer: ada, streams: [stream(1)], count: 1 }];
  const watch = new StreamWatch({ clock: createManualClock(), openStreams: () => open });
  expect(watch.news()).toMatchObject([{ id: ada, count: 1 }]);
  expect(watch.news()).toHaveLength(1);
  expect(watch.news()).toEqual([]);
  open = [{ peer: ada, streams: [stream(2)], count: 1 }];
  expect(watch.news()).toHaveLength(1);
  expect(watch.all()).toMatchObject([{ id: ada, streams: [stream(2)] }]);
  open = [];
  expect(watch.news()).toMatchObject([{ id: ada, streams: [], count: 0 }]);
  expect(watch.news()).toEqual([]);
});

it('a recording has the streams of a node while they are open, the oldest of many, and masks their types', async () => {
  const clock = createVirtualClock();
  const network = createMemoryNetwork({ clock });
  const file = newFile();
  const make = (name: string, recording?: { readonly file: string; readonly mask: boolean }) =>
    network.createNode({ name, access: 'open', discovery: false, ...(recording && { recording }) });
  const [a, b] = [make('a', { file, mask: true }), make('b')];
  await Promise.all([a.start(), b.start()]);
  const connected = a.connect(network.addressOf(b));
  await clock.advanceAsync(3_000);
  await connected;
  b.acceptStream('secret', () => undefined);
  const opening = Array.from({ length: limits.inspector.streams + 1 }, () => a.openStream(b.id, 'secret'));
  await clock.advanceAsync(1_000);
  const opened: PeerStream[] = await Promise.all(opening);
  await opened[0]?.writable.getWriter().write(new Uint8Array(100));
  await clock.advanceAsync(3_000);
  for (const one of opened) one.abort();
  await clock.advanceAsync(3_000);
  const stopped = Promise.all([a.stop(), b.stop()]);
  await clock.advanceAsync(20_000);
  await stopped;
  const told = (await readRecording(file)).filter(({ t }) => t === 'streams') as StreamsEvent[];
  expect(told.map(({ count }) => count > 0)).toEqual([...told.slice(1).map(() => true), false]);
  const last = told.at(-2);
  expect(last?.count).toBe(limits.inspector.streams + 1);
  expect(last?.streams).toHaveLength(limits.inspector.streams);
  expect(last?.streams[0]).toMatchObject({
    number: 0,
    type: expect.stringMatching(/^stream /),
    opener: 'local',
    sent: { written: 100, read: 0, credit: limits.streams.windowBytes - 100 },
    received: { arrived: 0, read: 0, credit: limits.streams.windowBytes },
  });
  expect(last?.id).not.toBe(b.id);
  expect(JSON.stringify(told)).not.toContain('secret');
});
