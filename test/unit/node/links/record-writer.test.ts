import { expect, test } from 'vitest';
import { limits } from '../../../../src/limits.ts';
import { createRecordWriter } from '../../../../src/node/links/record-writer.ts';
import { controlBytes } from '../../../../src/protocol/frames.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

function setUp(capacity = 100) {
  const records: number[][] = [];
  const waiting: number[] = [];
  let buffered = 0;
  const writer = createRecordWriter({
    capacity,
    highWater: 1_000,
    buffered: () => buffered,
    send: (record) => void records.push([...record]),
    pull(into) {
      const next = waiting[0];
      if (next === undefined || into.room < 10) return false;
      waiting.shift();
      into.bytes(new Uint8Array(10).fill(next));
      return true;
    },
  });
  return {
    writer,
    records,
    say(...messages: number[]): void {
      for (const one of messages) {
        waiting.push(one);
        writer.wake();
      }
    },
    /** Waits, and nobody is told. */
    keep(message: number): void {
      waiting.push(message);
    },
    setBuffered(bytes: number): void {
      buffered = bytes;
    },
  };
}

test('an idle transport gets what came up in this turn at once, in one record', async () => {
  const { records, say } = setUp();
  say(1, 2, 3);
  expect(records).toEqual([]);
  await Promise.resolve();
  expect(records.map((record) => record.length)).toEqual([30]);
});

test('what can wait goes when the event loop comes round, also to an idle transport', async () => {
  const { records, writer, keep } = setUp();
  keep(1);
  writer.wake('later');
  await Promise.resolve();
  keep(2);
  writer.wake('later');
  expect(records).toEqual([]);
  await turn();
  expect(records.map((record) => record.length)).toEqual([20]);
});

test('a busy one gets it when the event loop comes round, as many in a record as fit', async () => {
  const { records, say, setBuffered } = setUp();
  setBuffered(1);
  for (let n = 0; n < 25; n += 1) {
    say(n);
    await Promise.resolve();
  }
  expect(records).toEqual([]);
  await turn();
  expect(records.map((record) => record.length)).toEqual([100, 100, 50]);
});

test('over the high-water mark nothing but control frames goes, before all that waits', async () => {
  const { writer, records, say, setBuffered } = setUp();
  setBuffered(1_001);
  say(7);
  writer.write({ kind: 'ping', no: 1 });
  await turn();
  expect(records).toEqual([[3, 1]]);
  setBuffered(0);
  writer.write({ kind: 'pong', no: 2 });
  writer.flush();
  expect(records[1]).toEqual([4, 2, ...new Array(10).fill(7)]);
});

test('more control frames than fit into a record go in several', () => {
  const { writer, records } = setUp(64);
  for (let no = 0; no < 40; no += 1) writer.write({ kind: 'ping', no });
  writer.flush();
  expect(records.flat()).toEqual(Array.from({ length: 40 }, (_, no) => [3, no]).flat());
});

test('a control frame goes into a record that has room for one of its kind, and no other waits in its place', () => {
  const { writer, records } = setUp(controlBytes.ping + controlBytes.ready);
  writer.write({ kind: 'ready' });
  writer.write({ kind: 'ping', no: 2 ** 53 - 1 });
  writer.write({ kind: 'ping', no: 1 });
  writer.write({ kind: 'ready' });
  writer.flush();
  expect(records.map((record) => record.length)).toEqual([10, 3]);
});

test('only the newest pongs are owed, however many pings came in one record', () => {
  const { writer, records } = setUp();
  const { pongs } = limits.link;
  writer.write({ kind: 'ready' });
  for (let no = 1; no <= 100; no += 1) writer.write({ kind: 'pong', no });
  writer.flush();
  const newest = Array.from({ length: pongs }, (_, at) => [4, 101 - pongs + at]);
  expect(records).toEqual([[2, ...newest.flat()]]);
  writer.write({ kind: 'pong', no: 101 });
  writer.flush();
  expect(records[1]).toEqual([4, 101]);
});

test('after its end it writes nothing', async () => {
  const { writer, records, say, setBuffered } = setUp();
  say(1);
  setBuffered(1);
  writer.write({ kind: 'ready' });
  writer.stop();
  writer.write({ kind: 'ready' });
  writer.flush();
  await turn();
  expect(records).toEqual([]);
});
