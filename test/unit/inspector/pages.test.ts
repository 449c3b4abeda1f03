import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import type { TraceEvent } from '../../../src/inspector/model/trace-events.ts';
import { createPages } from '../../../src/inspector/server/pages.ts';
import { limits } from '../../../src/limits.ts';

/** A socket that only notes what it was given. */
function fakeSocket() {
  const sent: TraceEvent[][] = [];
  const socket = Object.assign(new EventEmitter(), {
    readyState: 1,
    bufferedAmount: 0,
    send: (text: string) => void sent.push(JSON.parse(text) as TraceEvent[]),
    terminate: () => void socket.emit('close'),
    close: () => void socket.emit('close'),
  });
  return { socket, sent, as: socket as unknown as WebSocket };
}

const end = (at: number): TraceEvent => ({ t: 'end', at });
const state: TraceEvent = { t: 'state', at: 9, node: { id: null, port: 0 }, actors: [], peers: [], devices: [] };
const source = { greeting: () => [end(0)], standing: () => [state] };

it('a page that does not keep up misses trace events, is told how many, and how everything stands then', () => {
  const pages = createPages(source, () => 9);
  const slow = fakeSocket();
  const quick = fakeSocket();
  pages.add(slow.as);
  pages.add(quick.as);
  slow.socket.bufferedAmount = limits.inspector.waitingBytes + 1;
  for (let at = 1; at <= 100; at += 1) pages.send([end(at), end(at)]);
  expect(slow.sent).toHaveLength(1);
  expect(quick.sent).toHaveLength(101);
  slow.socket.bufferedAmount = 0;
  pages.send([end(101)]);
  expect(slow.sent.slice(1)).toEqual([[{ t: 'gap', at: 9, left: 200 }, state]]);
  pages.send([end(102)]);
  expect(slow.sent.at(-1)).toEqual([end(102)]);
});

it('a long greeting comes in pieces', () => {
  const pages = createPages({ ...source, greeting: () => Array.from({ length: 4_500 }, (_, at) => end(at)) }, () => 0);
  const { as, sent } = fakeSocket();
  pages.add(as);
  expect(sent.map(({ length }) => length)).toEqual([2_000, 2_000, 500]);
});

it('a page that goes or speaks is no page any more', () => {
  const pages = createPages(source, () => 0);
  const [one, other] = [fakeSocket(), fakeSocket()];
  pages.add(one.as);
  pages.add(other.as);
  one.socket.emit('message', 'hello');
  other.socket.emit('error', new Error('reset'));
  expect(pages.size).toBe(0);
});
