import type { SignallingSession } from '../../adapters/signalling/port.ts';
import type { Clock } from '../../environment.ts';
import { LanpeerError } from '../../errors.ts';
import type { ProbedMessage } from '../../protocol/probe.ts';
import { onAbort } from '../../util/abort.ts';
import { startTimeLimit } from '../../util/time-limit.ts';

/** Most answers to one question; more of them answer nothing. */
const most = 2;

/** A question to a peer that is under way: its answers, in order. */
export class PendingQuestion {
  readonly no: number;
  readonly session: SignallingSession;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #answers: ProbedMessage[] = [];
  #taken = 0;
  #hasEnded = false;
  #wake = (): void => undefined;

  constructor(no: number, session: SignallingSession, clock: Clock, signal: AbortSignal) {
    this.no = no;
    this.session = session;
    this.#clock = clock;
    this.#signal = signal;
  }

  take(answer: ProbedMessage): void {
    this.#taken += 1;
    if (this.#taken <= most) this.#answers.push(answer);
    this.#wake();
  }

  /** The session is over. */
  end(): void {
    this.#hasEnded = true;
    this.#wake();
  }

  /** The next answer, `silent` when none came in time, or `ended`. Rejects with `ERR_ABORTED`. */
  async next(ms: number): Promise<ProbedMessage | 'silent' | 'ended'> {
    let isLate = false;
    const endLimit = startTimeLimit(this.#clock, ms, () => {
      isLate = true;
      this.#wake();
    });
    const off = onAbort(this.#signal, () => this.#wake());
    while (this.#answers.length === 0 && !this.#hasEnded && !isLate && !this.#signal.aborted)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    off();
    endLimit();
    if (this.#signal.aborted) throw new LanpeerError('ERR_ABORTED');
    return this.#answers.shift() ?? (this.#hasEnded ? 'ended' : 'silent');
  }
}
