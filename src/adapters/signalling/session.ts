import { WebSocket } from 'ws';
import type { Clock } from '../../environment.ts';
import { asLanpeerError, LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { type ByeReason, formatSignal, parseSignal, type SignalMessage } from '../../protocol/signal.ts';
import type { Greeting, SessionEnd, SessionListener, SignallingSession } from './port.ts';
import { createTokenBucket } from './token-bucket.ts';

export interface SessionOptions {
  readonly key: string;
  readonly ws: WebSocket;
  readonly remoteId: DeviceId;
  readonly opener: 'local' | 'remote';
  readonly remoteAddress: string;
  readonly greeting: Greeting;
  readonly told: number;
  readonly secret: Uint8Array;
  readonly clock: Clock;
  readonly ended: () => void;
}

/** An authenticated WebSocket as a signalling session. `text` takes each text frame that comes from now on. */
export function createSession(options: SessionOptions): SignallingSession & { text(text: string): void } {
  const { ws, clock, key, remoteId, opener, remoteAddress, greeting, told, secret } = options;
  const early: SignalMessage[] = [];
  const bucket = createTokenBucket(limits.signalling.messagesPerSecond, limits.signalling.burst, clock);
  let listener: SessionListener | undefined;
  let end: SessionEnd | undefined;
  let closing: SessionEnd | undefined;
  let alive = true;
  let pingTimer = clock.setTimeout(ping, limits.signalling.pingEveryMs);
  let closeTimer: unknown;

  function finish(how: SessionEnd): void {
    if (end) return;
    end = how;
    clock.clearTimeout(pingTimer);
    clock.clearTimeout(closeTimer);
    options.ended();
    listener?.ended(how);
  }

  function lose(error: LanpeerError): void {
    ws.terminate();
    finish({ kind: 'lost', error });
  }

  function ping(): void {
    if (!alive) {
      lose(new LanpeerError('ERR_SIGNALLING', 'The other end does not answer on the signalling session.'));
      return;
    }
    alive = false;
    if (ws.readyState === WebSocket.OPEN) ws.ping();
    pingTimer = clock.setTimeout(ping, limits.signalling.pingEveryMs);
  }

  function closeSoon(how: SessionEnd): void {
    closing ??= how;
    clock.clearTimeout(pingTimer);
    ws.close(1000);
    closeTimer = clock.setTimeout(() => {
      ws.terminate();
      finish(how);
    }, limits.signalling.closeMs);
  }

  function take(message: SignalMessage): void {
    if (message.type === 'bye') {
      const how = { kind: 'bye', by: 'remote', reason: message.reason } as const;
      finish(how);
      closeSoon(how);
    } else if (listener) listener.message(message);
    else if (early.push(message) > limits.signalling.early)
      lose(new LanpeerError('ERR_PROTOCOL', 'Too many messages came before anybody listened.'));
  }

  ws.on('pong', () => {
    alive = true;
  });
  ws.on('close', () => {
    clock.clearTimeout(closeTimer);
    finish(closing ?? { kind: 'lost', error: new LanpeerError('ERR_SIGNALLING') });
  });

  return {
    key,
    remoteId,
    opener,
    remoteAddress,
    greeting,
    told,
    secret,
    text(text) {
      if (end || closing) return;
      alive = true;
      try {
        if (!bucket.take()) throw new LanpeerError('ERR_PROTOCOL', 'The other end sends too many signalling messages.');
        take(parseSignal(text));
      } catch (thrown) {
        lose(asLanpeerError(thrown, 'ERR_PROTOCOL'));
      }
    },
    attach(next) {
      listener = next;
      for (const message of early.splice(0)) if (!end) next.message(message);
      if (end) next.ended(end);
    },
    send(message) {
      if (end || closing || ws.readyState !== WebSocket.OPEN) return;
      if (ws.bufferedAmount > limits.webSocket.bufferedBytes)
        lose(new LanpeerError('ERR_SIGNALLING', 'The other end does not read its signalling session.'));
      else ws.send(formatSignal(message));
    },
    close(reason: ByeReason) {
      if (end || closing) return;
      if (ws.readyState === WebSocket.OPEN) ws.send(formatSignal({ type: 'bye', reason }));
      closeSoon({ kind: 'bye', by: 'local', reason });
    },
  };
}
