import type { SignallingSession } from '../../adapters/signalling/port.ts';
import type { Via } from '../../protocol/via.ts';
import type { Trace } from '../monitoring/trace.ts';
import type { EarlySignals } from './early-signals.ts';

export interface NegotiationOptions {
  readonly session: SignallingSession;
  /** Those of that session, by generation. */
  readonly listeners: Map<number, (body: unknown) => void>;
  readonly early: EarlySignals;
  readonly generation: number;
  readonly role: 'offerer' | 'answerer';
  readonly via: Via;
  readonly trace: Trace;
  /** The peer takes no offer of that transport. */
  readonly declined: () => void;
}

/** The place of one link on a signalling session: bodies of its negotiation go and come there. */
export class Negotiation {
  readonly session: SignallingSession;
  readonly #options: NegotiationOptions;
  /** What goes next is the offer. */
  #offers: boolean;

  constructor(options: NegotiationOptions) {
    this.session = options.session;
    this.#options = options;
    this.#offers = options.role === 'offerer';
  }

  send(body: unknown): void {
    const { session, generation: epoch, via, trace, declined } = this.#options;
    const peer = session.remoteId;
    const offers = this.#offers;
    // As if it had declined the offer.
    if (offers && !session.greeting.transports.includes(via)) {
      queueMicrotask(declined);
      return;
    }
    trace.tell(() =>
      offers
        ? { step: 'offer', peer, direction: 'out', epoch, via }
        : { step: 'signal', peer, direction: 'out', epoch },
    );
    session.send(offers ? { type: 'offer', epoch, via, body } : { type: 'signal', epoch, body });
    this.#offers = false;
  }

  /** The body that came before, which is the answerer's offer, is handed over first. */
  listen(listener: (body: unknown) => void): void {
    const { session, listeners, early, generation } = this.#options;
    listeners.set(generation, listener);
    for (const body of early.remove(session.key, generation)) listener(body);
  }

  end(): void {
    const { session, listeners, early, generation } = this.#options;
    listeners.delete(generation);
    early.remove(session.key, generation);
  }
}
