import { limits } from '../limits.ts';
import type { NodeView } from '../node/observer.ts';
import type { TransfersEvent } from './model/transfer-events.ts';

const { transfers: most, transferNames: mostNames } = limits.inspector;

/** Looks at the files that are on their way. Nothing is done for that between two looks. */
export class TransferWatch {
  readonly #view: Pick<NodeView, 'transfers' | 'clock'>;
  #told = '';
  /** It was told twice: that nothing moves is known. */
  #isRepeated = true;

  constructor(view: Pick<NodeView, 'transfers' | 'clock'>) {
    this.#view = view;
  }

  /** How they stand now, the newest ones. */
  now(): TransfersEvent {
    const all = this.#view.transfers();
    const transfers = all.slice(-most).map((one) => ({ ...one, names: one.names.slice(0, mostNames) }));
    return { t: 'transfers', at: this.#view.clock.now(), transfers, count: all.length };
  }

  /** {@link now}, if it changed since the last call, or stands still since then. */
  news(): readonly TransfersEvent[] {
    const event = this.now();
    const text = JSON.stringify(event.transfers);
    const isSame = text === this.#told || (this.#told === '' && event.count === 0);
    if (isSame && this.#isRepeated) return [];
    this.#isRepeated = isSame;
    this.#told = text;
    return [event];
  }
}
