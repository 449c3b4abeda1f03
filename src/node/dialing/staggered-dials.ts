import type { Clock } from '../../environment.ts';
import { limits } from '../../limits.ts';
import type { PlannedDial } from './dial-order.ts';

const { lookEveryMs, lateMs } = limits.dial;

export interface DialScheduleDeps {
  readonly plan: readonly PlannedDial[];
  readonly clock: Clock;
  /** No dial begins once it is aborted. */
  readonly signal: AbortSignal;
  readonly dial: (planned: PlannedDial) => void;
}

/** Begins the dials of a plan, each when it is its time. */
export class StaggeredDials {
  readonly #plan: PlannedDial[];
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #dial: (planned: PlannedDial) => void;
  #isBegun = false;
  #timer: unknown;

  constructor({ plan, clock, signal, dial }: DialScheduleDeps) {
    this.#plan = [...plan];
    this.#clock = clock;
    this.#signal = signal;
    this.#dial = dial;
  }

  /** True once one of the dials is under way. */
  get isBegun(): boolean {
    return this.#isBegun;
  }

  /** True while dials of the first round are left. */
  get isInFirstRound(): boolean {
    return this.#plan[0]?.round === 0;
  }

  /** A dial is under way: the times of repeated dials count from now on. */
  begin(): void {
    this.#isBegun = true;
    this.#arm();
  }

  /** Begins the next dial now. */
  next(): void {
    this.stop();
    const planned = this.#plan.shift();
    if (!planned) return;
    this.#dial(planned);
    this.#arm();
  }

  /** Until {@link next} no dial begins. */
  stop(): void {
    this.#clock.clearTimeout(this.#timer);
  }

  #arm(): void {
    this.stop();
    const [coming] = this.#plan;
    if (!coming || this.#signal.aborted) return;
    const { round, afterMs } = coming;
    if (round === 0) this.#timer = this.#clock.setTimeout(() => this.next(), afterMs);
    else if (this.#isBegun) this.#waitOnTime(afterMs, afterMs);
  }

  /** Time in which this process is late shows that it is what is slow: more dials would only make it slower. */
  #waitOnTime(ms: number, left: number): void {
    const due = this.#clock.monotonic() + lookEveryMs;
    this.#timer = this.#clock.setTimeout(() => {
      const rest = this.#clock.monotonic() - due > lateMs ? ms : left - lookEveryMs;
      if (rest <= 0) this.next();
      else this.#waitOnTime(ms, rest);
    }, lookEveryMs);
  }
}
