import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createEventLoopBudget } from '../../../src/adapters/signalling/web-socket/event-loop-budget.ts';
import { webSocketOptions, webSocketWire } from '../../../src/adapters/signalling/web-socket/web-socket-wire.ts';
import { limits } from '../../../src/limits.ts';
import { createVirtualClock } from '../../../src/testing/virtual-clock.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function connectPair(): Promise<readonly [near: WebSocket, far: WebSocket]> {
  const server = new WebSocketServer({ ...webSocketOptions, host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const far = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const [near] = (await once(server, 'connection')) as [WebSocket];
  if (far.readyState !== WebSocket.OPEN) await once(far, 'open');
  closers.push(() => {
    near.terminate();
    far.terminate();
    server.close();
  });
  return [near, far];
}

test('when a burst of messages takes long, yields to the event loop, and receives all of them', {
  timeout: 30_000,
}, async () => {
  const [near, far] = await connectPair();
  const clock = createVirtualClock();
  const messages = 300;
  const message = new Uint8Array(limits.webSocket.maxPayload - 1_024);
  let turn = 0;
  let received = 0;
  const inTurn = new Map<number, number>();
  let finish = (): void => undefined;
  const all = new Promise<void>((resolve) => {
    finish = resolve;
  });
  near.pause();
  for (let no = 0; no < messages; no += 1) far.send(message);
  const count = (): void => {
    turn += 1;
    if (received < messages) setImmediate(count);
  };
  count();
  const nothing = (): void => undefined;
  webSocketWire(near, createEventLoopBudget(clock)).listen({
    text: nothing,
    bytes(bytes) {
      expect(bytes).toHaveLength(message.byteLength);
      received += 1;
      inTurn.set(turn, (inTurn.get(turn) ?? 0) + 1);
      // Each takes a third of a turn.
      clock.advance(limits.webSocket.turnMs / 3);
      if (received === messages) finish();
    },
    invalid: nothing,
    ping: nothing,
    pong: nothing,
    closed: nothing,
  });
  await all;
  // One chunk of the socket may hold the ends of two.
  expect(Math.max(...inTurn.values())).toBeLessThanOrEqual(5);
});
