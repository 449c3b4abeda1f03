import type { Clock } from '../../../environment.ts';
import { asLanpeerError, LanpeerError } from '../../../errors.ts';
import { limits } from '../../../limits.ts';
import { type Carrier, type CarrierListener, streamGeneration } from '../../../protocol/carrier.ts';
import { type ByeReason, formatSignal, parseSignal, type SignalMessage } from '../../../protocol/signal.ts';
import { createTokenBucket, type TokenBucket } from '../../../util/token-bucket.ts';
import type { SessionEnd, SessionListener, SignallingSession } from '../port.ts';
import { Carriers } from './carriers.ts';
import { EarlyMessages } from './early-messages.ts';
import { KeepAlive } from './keep-alive.ts';
import type { Wire } from './wire.ts';

/** What is known of the other side once both are authenticated. */
export type SessionInfo = Omit<SignallingSession, 'attach' | 'send' | 'carry' | 'carryStreams' | 'close'>;

export interface SignallingSessionOptions {
  readonly info: SessionInfo;
  readonly wire: Wire;
  readonly clock: Clock;
  /** A fault that ends nothing: a message that cannot be sent (`ERR_TOO_LARGE`, `ERR_DATA`), a listener that threw. */
  readonly onError: (error: LanpeerError) => void;
  /** The session is over; its wire may still be closing. */
  readonly onEnded: () => void;
  /** Its wire is closed. */
  readonly onClosed: () => void;
}

/** An authenticated wire as a signalling session. */
export function createSignallingSession(options: SignallingSessionOptions): SignallingSession {
  const session = new WireSession(options);
  return {
    ...options.info,
    attach: (listener) => session.attach(listener),
    send: (message) => session.send(message),
    carry: (generation, listener) => session.carry(generation, listener),
    carryStreams: (listener) => session.carry(streamGeneration, listener),
    close: (reason) => session.close(reason),
  };
}

class WireSession {
  readonly #options: SignallingSessionOptions;
  readonly #wire: Wire;
  readonly #carriers: Carriers;
  readonly #rate: TokenBucket;
  readonly #early = new EarlyMessages();
  readonly #keepAlive: KeepAlive;
  #listener: SessionListener | undefined;
  /** Set when this side closes: nothing more is delivered. */
  #localBye: SessionEnd | undefined;
  #end: SessionEnd | undefined;
  #closeTimer: unknown;

  constructor(options: SignallingSessionOptions) {
    const { wire, clock, info } = options;
    const { messagesPerSecond, burst } = limits.signalling;
    this.#options = options;
    this.#wire = wire;
    this.#carriers = new Carriers(wire, (call) => this.#notify(call));
    this.#rate = createTokenBucket({ perSecond: messagesPerSecond, burst }, clock);
    this.#keepAlive = new KeepAlive({
      clock,
      dialed: info.opener === 'local',
      needsPing: () => this.#carriers.needsPing,
      ping: () => {
        this.#carriers.pinged();
        wire.ping();
      },
      onSilent: () =>
        this.#fail(new LanpeerError('ERR_SIGNALLING', 'The other end does not answer on the signalling session.')),
    });
    wire.listen({
      text: (text) => this.#receive(() => this.#receiveText(text)),
      bytes: (bytes) => this.#receiveBytes(bytes),
      invalid: () =>
        this.#receive(() =>
          this.#fail(new LanpeerError('ERR_PROTOCOL', 'The other end sent a frame that is not signalling.')),
        ),
      ping: () => this.#receive(() => this.#endIfUnread()),
      pong: () => this.#receive(() => this.#carriers.answered()),
      closed: () => this.#wireClosed(),
    });
  }

  get #isOver(): boolean {
    return this.#end !== undefined || this.#localBye !== undefined;
  }

  attach(listener: SessionListener): void {
    this.#listener = listener;
    // An end that comes meanwhile, by what the listener does, is reported by `#finish`: nothing may follow it.
    const end = this.#end;
    for (const text of this.#early.drain())
      if (!this.#localBye && this.#end === end) this.#notify(() => listener.message(parseSignal(text)));
    if (end) this.#notify(() => listener.ended(end));
  }

  send(message: SignalMessage): void {
    if (this.#isOver || !this.#wire.open || this.#endIfUnread()) return;
    try {
      this.#wire.send(formatSignal(message));
    } catch (thrown) {
      this.#options.onError(asLanpeerError(thrown, 'ERR_DATA'));
    }
  }

  carry(generation: number, listener: CarrierListener): Carrier {
    return this.#carriers.carry(generation, listener);
  }

  close(reason: ByeReason): void {
    if (this.#isOver) return;
    this.#localBye = { kind: 'bye', by: 'local', reason };
    this.#wire.send(formatSignal({ type: 'bye', reason }));
    this.#closeWire();
  }

  #notify(call: () => void): void {
    try {
      call();
    } catch (thrown) {
      this.#options.onError(asLanpeerError(thrown, 'ERR_HANDLER'));
    }
  }

  #finish(end: SessionEnd): void {
    if (this.#end) return;
    this.#end = end;
    this.#keepAlive.stop();
    this.#options.onEnded();
    this.#notify(() => this.#listener?.ended(end));
    this.#carriers.end();
  }

  #fail(error: LanpeerError): void {
    this.#wire.terminate();
    this.#finish(this.#localBye ?? { kind: 'lost', error });
  }

  /** Closes when all that was sent has arrived, or after `limits.signalling.closeMs`. */
  #closeWire(): void {
    const { clock } = this.#options;
    this.#keepAlive.stop();
    this.#wire.close();
    this.#closeTimer = clock.setTimeout(
      () => this.#fail(new LanpeerError('ERR_SIGNALLING')),
      limits.signalling.closeMs,
    );
  }

  #wireClosed(): void {
    this.#options.clock.clearTimeout(this.#closeTimer);
    this.#finish(this.#localBye ?? { kind: 'lost', error: new LanpeerError('ERR_SIGNALLING') });
    this.#options.onClosed();
  }

  /** Any message of the other end shows that it lives, and counts against the rate. */
  #receive(handle: () => void): void {
    if (this.#isOver) return;
    this.#keepAlive.heard();
    if (this.#rate.tryTake()) handle();
    else this.#fail(new LanpeerError('ERR_PROTOCOL', 'The other end sends too many signalling messages.'));
  }

  #receiveText(text: string): void {
    let message: SignalMessage;
    try {
      message = parseSignal(text);
    } catch (thrown) {
      this.#fail(asLanpeerError(thrown, 'ERR_PROTOCOL'));
      return;
    }
    if (message.type === 'bye') {
      this.#finish({ kind: 'bye', by: 'remote', reason: message.reason });
      this.#closeWire();
    } else if (this.#listener) this.#notify(() => this.#listener?.message(message));
    else if (!this.#early.add(text))
      this.#fail(new LanpeerError('ERR_PROTOCOL', 'Too many messages came before a listener was attached.'));
  }

  /** Bytes have no rate: the windows of what they carry hold a sender back. */
  #receiveBytes(bytes: Uint8Array): void {
    if (this.#isOver) return;
    this.#keepAlive.heard();
    try {
      // No window holds back what nothing here takes: it counts against the rate.
      if (!this.#carriers.receive(bytes)) this.#receive(() => undefined);
    } catch (thrown) {
      this.#fail(asLanpeerError(thrown, 'ERR_PROTOCOL'));
    }
  }

  /** Pongs and messages must not pile up for a peer that never reads; carriers have a high water. True if that ended it. */
  #endIfUnread(): boolean {
    if (this.#wire.bufferedAmount - this.#carriers.frameBytes <= limits.webSocket.bufferedBytes) return false;
    this.#fail(new LanpeerError('ERR_SIGNALLING', 'The other end does not read its signalling session.'));
    return true;
  }
}
