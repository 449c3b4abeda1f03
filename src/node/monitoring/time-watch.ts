import type { NodeFacts } from '../../diagnosis/facts.ts';
import type { Clock } from '../../environment.ts';
import { limits } from '../../limits.ts';

interface Jump {
  /** Monotonic, ms. */
  readonly at: number;
  readonly byMs: number;
}

const { jumps: remembered, jumpMs } = limits.diagnosis;

/** Whether the wall clock of this machine goes on as it should. */
export class TimeWatch {
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly #jumps: Jump[] = [];
  #offset = 0;
  #since = 0;

  constructor(clock: Pick<Clock, 'now' | 'monotonic'>) {
    this.#clock = clock;
    this.begin();
  }

  /** When that was, monotonic, ms. */
  get since(): number {
    return this.#since;
  }

  /** A run begins: forgets what was before. */
  begin(): void {
    this.#jumps.length = 0;
    this.#since = this.#clock.monotonic();
    this.#offset = this.#clock.now() - this.#clock.monotonic();
  }

  /** To be called every now and then. */
  look(): void {
    const at = this.#clock.monotonic();
    const offset = this.#clock.now() - at;
    const byMs = offset - this.#offset;
    this.#offset = offset;
    if (Math.abs(byMs) < jumpMs) return;
    this.#jumps.push({ at, byMs });
    if (this.#jumps.length > remembered) this.#jumps.shift();
  }

  /** The latest last. */
  jumps(): NodeFacts['clockJumps'] {
    const now = this.#clock.monotonic();
    return this.#jumps.map(({ at, byMs }) => ({ ageMs: now - at, byMs }));
  }
}
