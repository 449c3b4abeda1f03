import { type RawData, WebSocket } from 'ws';
import { limits } from '../../../limits.ts';
import type { Wire, WireListener } from '../session/wire.ts';
import type { Turns } from './event-loop-budget.ts';
import { isGarbage } from './tls.ts';

const { maxPayload, maxFragments, maxBufferedChunks } = limits.webSocket;

/** Caps of ws far below its defaults: small fragments by the thousand cost memory (CVE-2026-48779). */
export const webSocketOptions = { perMessageDeflate: false, maxPayload, maxFragments, maxBufferedChunks } as const;

function bytesOf(data: RawData): Buffer {
  return Buffer.isBuffer(data) ? data : Buffer.concat(Array.isArray(data) ? data : [Buffer.from(data)]);
}

/** An open WebSocket, paused or not, as a {@link Wire}. */
export function webSocketWire(ws: WebSocket, turns: Turns): Wire {
  let listener: WireListener | undefined;
  let waits = false;

  /** ws hands over all frames of a burst at once, and so does libuv with up to 2 MiB of a socket. */
  function yieldTurn(): void {
    if (waits || !turns.isOver) return;
    waits = true;
    ws.pause();
    turns.wait(() => {
      waits = false;
      ws.resume();
    });
  }

  // Without a listener of errors a frame that ws refuses would end the process.
  ws.on('error', (thrown) => {
    if (isGarbage(thrown)) listener?.garbage();
    ws.terminate();
  });
  ws.on('message', (data, isBinary) => {
    turns.begin();
    if (isBinary) listener?.bytes(bytesOf(data));
    else listener?.text(bytesOf(data).toString('utf8'));
    yieldTurn();
  });
  ws.on('ping', () => listener?.asked());
  ws.on('pong', () => listener?.answered());
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
    sendBytes(bytes, left) {
      if (isOpen()) ws.send(bytes, { binary: true }, left);
    },
    ask() {
      if (isOpen()) ws.ping();
    },
    close: () => ws.close(1000),
    terminate: () => ws.terminate(),
  };
}
