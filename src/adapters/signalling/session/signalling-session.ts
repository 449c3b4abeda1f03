import type { Clock } from '../../../environment.ts';
import { asLanpeerError, LanpeerError } from '../../../errors.ts';
import { limits } from '../../../limits.ts';
import { formatSignal, parseSignal, type SignalMessage } from '../../../protocol/signal.ts';
import { createTokenBucket } from '../../../util/token-bucket.ts';
import type { SessionEnd, SessionListener, SignallingSession } from '../port.ts';
import { createCarriers } from './carried-links.ts';
import type { Wire } from './wire.ts';

/** What is known of the other side once both are authenticated. */
export type SessionFacts = Omit<SignallingSession, 'attach' | 'send' | 'carry' | 'close'>;

export interface SessionOptions {
  readonly facts: SessionFacts;
  readonly wire: Wire;
  readonly clock: Clock;
  /** A fault that ends nothing: a message that cannot be sent (`ERR_TOO_LARGE`, `ERR_DATA`), a listener that threw. */
  readonly trouble: (error: LanpeerError) => void;
  /** The session is over; its wire may still be closing. */
  readonly ended: () => void;
  /** Its wire is closed. */
  readonly closed: () => void;
}

/** An authenticated wire as a signalling session. */
export function createSession(options: SessionOptions): SignallingSession {
  const { facts, wire, clock } = options;
  /** As they came: a message of nested arrays takes twenty times its text. */
  const early: string[] = [];
  let earlyBytes = 0;
  const carriers = createCarriers(wire);
  const bucket = createTokenBucket(
    { perSecond: limits.signalling.messagesPerSecond, burst: limits.signalling.burst },
    clock,
  );
  let listener: SessionListener | undefined;
  /** Set when this side closes: nothing more is handed over. */
  let leaving: SessionEnd | undefined;
  let end: SessionEnd | undefined;
  let alive = true;
  let pingTimer = clock.setTimeout(ping, limits.signalling.pingEveryMs);
  let closeTimer: unknown;

  function tell(call: () => void): void {
    try {
      call();
    } catch (thrown) {
      options.trouble(asLanpeerError(thrown, 'ERR_HANDLER'));
    }
  }

  function finish(how: SessionEnd): void {
    if (end) return;
    end = how;
    clock.clearTimeout(pingTimer);
    options.ended();
    tell(() => listener?.ended(how));
    carriers.end();
  }

  function lose(error: LanpeerError): void {
    wire.terminate();
    finish(leaving ?? { kind: 'lost', error });
  }

  function ping(): void {
    if (!alive) {
      lose(new LanpeerError('ERR_SIGNALLING', 'The other end does not answer on the signalling session.'));
      return;
    }
    alive = false;
    wire.ping();
    pingTimer = clock.setTimeout(ping, limits.signalling.pingEveryMs);
  }

  function closeSoon(): void {
    clock.clearTimeout(pingTimer);
    wire.close();
    closeTimer = clock.setTimeout(() => lose(new LanpeerError('ERR_SIGNALLING')), limits.signalling.closeMs);
  }

  function take(message: SignalMessage, text: string): void {
    if (message.type === 'bye') {
      finish({ kind: 'bye', by: 'remote', reason: message.reason });
      closeSoon();
    } else if (listener) tell(() => listener?.message(message));
    else {
      earlyBytes += Buffer.byteLength(text);
      if (early.push(text) > limits.signalling.early || earlyBytes > limits.signalling.earlySessionBytes)
        lose(new LanpeerError('ERR_PROTOCOL', 'Too many messages came before anybody listened.'));
    }
  }

  /** Whoever asks and never reads must not make the answers pile up, nor anything else; true if it was ended for that. */
  function endIfUnread(): boolean {
    if (wire.bufferedAmount <= limits.webSocket.bufferedBytes) return false;
    lose(new LanpeerError('ERR_SIGNALLING', 'The other end does not read its signalling session.'));
    return true;
  }

  /** Whatever comes in counts as life, and against the rate. */
  function hear(act: () => void): void {
    if (end || leaving) return;
    alive = true;
    if (bucket.tryTake()) act();
    else lose(new LanpeerError('ERR_PROTOCOL', 'The other end sends too many signalling messages.'));
  }

  wire.listen({
    text(text) {
      hear(() => {
        let message: SignalMessage;
        try {
          message = parseSignal(text);
        } catch (thrown) {
          lose(asLanpeerError(thrown, 'ERR_PROTOCOL'));
          return;
        }
        take(message, text);
      });
    },
    bytes(bytes) {
      // Bytes have no rate: the windows of what they carry hold a sender back.
      if (end || leaving) return;
      alive = true;
      try {
        carriers.take(bytes);
      } catch (thrown) {
        lose(asLanpeerError(thrown, 'ERR_PROTOCOL'));
      }
    },
    invalid: () =>
      hear(() => lose(new LanpeerError('ERR_PROTOCOL', 'The other end sent a frame that is not signalling.'))),
    ping: () => hear(endIfUnread),
    pong: () => hear(() => undefined),
    closed() {
      clock.clearTimeout(closeTimer);
      finish(leaving ?? { kind: 'lost', error: new LanpeerError('ERR_SIGNALLING') });
      options.closed();
    },
  });

  return {
    ...facts,
    attach(next) {
      listener = next;
      // An end that comes during the handover, by what the listener does, is told by `finish`: nothing may follow it.
      const how = end;
      for (const text of early.splice(0)) if (!leaving && end === how) tell(() => next.message(parseSignal(text)));
      if (how) tell(() => next.ended(how));
    },
    send(message) {
      if (end || leaving || !wire.open || endIfUnread()) return;
      try {
        wire.send(formatSignal(message));
      } catch (thrown) {
        options.trouble(asLanpeerError(thrown, 'ERR_DATA'));
      }
    },
    carry: (epoch, to) => carriers.carry(epoch, to),
    close(reason) {
      if (end || leaving) return;
      leaving = { kind: 'bye', by: 'local', reason };
      wire.send(formatSignal({ type: 'bye', reason }));
      closeSoon();
    },
  };
}
