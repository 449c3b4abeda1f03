import { expect, test } from 'vitest';
import { StreamSources } from '../../../../src/node/byte-streams/stream-sources.ts';
import type { StreamFrame } from '../../../../src/protocol/byte-stream/frame-types.ts';
import { codeOf } from '../../../support/code-of.ts';

const pair = { own: 'aaaaaaaaaaaaaaaa', other: 'bbbbbbbbbbbbbbbb' };
const attach: StreamFrame = { kind: 'attach', carrier: 1, own: pair.other, other: pair.own };
const done: StreamFrame = { kind: 'done', stream: 1 };
const data = (bytes: number): StreamFrame => ({
  kind: 'data',
  stream: 1,
  offset: 0,
  last: false,
  bytes: new Uint8Array(bytes),
});

function setUp() {
  const delivered: string[] = [];
  const carrier = {};
  const sources = new StreamSources<object>(({ kind }) => void delivered.push(kind));
  sources.add(carrier);
  return { sources, delivered, receive: (frame: StreamFrame) => sources.receive(frame, carrier), carrier };
}

test('delivers what follows the attach of the present pair, and nothing before it', () => {
  const { sources, delivered, receive } = setUp();
  sources.set(pair);
  receive(done);
  expect(delivered).toEqual([]);
  receive(attach);
  receive(done);
  expect(delivered).toEqual(['attach', 'done']);
});

test('delivers nothing of another pair, of either side', () => {
  const { sources, delivered, receive } = setUp();
  sources.set(pair);
  receive({ ...attach, own: 'cccccccccccccccc' });
  receive(done);
  receive({ ...attach, other: 'cccccccccccccccc' });
  receive(done);
  expect(delivered).toEqual([]);
});

test('when the other side knows of a pair first, its attach waits for this side', () => {
  const { sources, delivered, receive } = setUp();
  receive(attach);
  expect(delivered).toEqual([]);
  sources.set(pair);
  expect(delivered).toEqual(['attach']);
});

test('when a pair ends, its carriers have to begin anew', () => {
  const { sources, delivered, receive } = setUp();
  sources.set(pair);
  receive(attach);
  sources.set({ ...pair, own: 'dddddddddddddddd' });
  receive(done);
  expect(delivered).toEqual(['attach']);
});

test('refuses more than 1 MiB of frames that belong to no session', () => {
  const { receive } = setUp();
  for (let kib = 0; kib < 1_024; kib += 16) receive(data(16_384));
  expect(codeOf(() => receive(data(1)))).toBe('ERR_PROTOCOL');
  const another = setUp();
  for (let frame = 0; frame < 1_024; frame += 1) another.receive(done);
  expect(codeOf(() => another.receive(done))).toBe('ERR_PROTOCOL');
});

test('ignores what comes over a carrier that is gone', () => {
  const { sources, delivered, carrier, receive } = setUp();
  sources.set(pair);
  sources.delete(carrier);
  receive(attach);
  expect(delivered).toEqual([]);
});

test('what was under way when a pair ended is no fault of the other side', () => {
  const { sources, receive } = setUp();
  sources.set(pair);
  receive(attach);
  sources.set(undefined);
  for (let mib = 0; mib < 16; mib += 1) receive(data(1_048_576));
  receive(data(1_048_576));
  expect(codeOf(() => receive(data(1)))).toBe('ERR_PROTOCOL');
});
