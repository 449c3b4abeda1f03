import { type RawData, WebSocket } from 'ws';
import { limits } from '../../../limits.ts';
import type { Wire, WireListener } from '../session/wire.ts';
import type { EventLoopBudget } from './event-loop-budget.ts';
import { isProtocolError } from './tls.ts';

const { maxPayload, maxFragments, maxBufferedChunks } = limits.webSocket;

/** Caps of ws far below its defaults: small fragments by the thousand cost memory (CVE-2026-48779). */
export const webSocketOptions = { perMessageDeflate: false, maxPayload, maxFragments, maxBufferedChunks } as const;

function bytesOf(data: RawData): Buffer {
  return Buffer.isBuffer(data) ? data : Buffer.concat(Array.isArray(data) ? data : [Buffer.from(data)]);
}

/** An open WebSocket, paused or not, as a {@link Wire}. */
export function webSocketWire(ws: WebSocket, budget: EventLoopBudget): Wire {
  let listener: WireListener | undefined;
  let paused = false;

  /** ws delivers all messages of a burst in one turn, and libuv up to 2 MiB of a socket. */
  function pauseIfSpent(): void {
    if (paused || !budget.isSpent) return;
    paused = true;
    ws.pause();
    budget.nextTurn(() => {
      paused = false;
      ws.resume();
    });
  }

  // Without a listener of errors a message that ws refuses would end the process.
  ws.on('error', (thrown) => {
    if (isProtocolError(thrown)) listener?.invalid();
    ws.terminate();
  });
  ws.on('message', (data, isBinary) => {
    budget.start();
    if (isBinary) listener?.bytes(bytesOf(data));
    else listener?.text(bytesOf(data).toString('utf8'));
    pauseIfSpent();
  });
  ws.on('ping', () => listener?.ping());
  ws.on('pong', () => listener?.pong());
  ws.once('close', () => listener?.closed());
  const isOpen = (): boolean => ws.readyState === WebSocket.OPEN;
  return {
    get open() {
      return isOpen();
    },
    get bufferedAmount() {
      return ws.bufferedAmount;
    },
    listen(next) {
      listener = next;
      ws.resume();
    },
    send(text) {
      if (isOpen()) ws.send(text);
    },
    sendBytes(bytes, onDrained) {
      if (isOpen()) ws.send(bytes, { binary: true }, onDrained);
    },
    ping() {
      if (isOpen()) ws.ping();
    },
    close: () => ws.close(1000),
    terminate: () => ws.terminate(),
  };
}
