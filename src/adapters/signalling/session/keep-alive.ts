import type { Clock } from '../../../environment.ts';
import { limits } from '../../../limits.ts';

export interface KeepAliveDeps {
  readonly clock: Clock;
  readonly ping: () => void;
  /** Nothing came since the last ping; no further one follows. */
  readonly onSilent: () => void;
}

/** Pings the other end of a session every `limits.signalling.pingEveryMs`. */
export class KeepAlive {
  readonly #deps: KeepAliveDeps;
  /** Something came since the last ping. */
  #isAlive = true;
  #timer: unknown;

  constructor(deps: KeepAliveDeps) {
    this.#deps = deps;
    this.#schedule();
  }

  /** Anything that comes shows that the other end lives. */
  heard(): void {
    this.#isAlive = true;
  }

  stop(): void {
    this.#deps.clock.clearTimeout(this.#timer);
  }

  #schedule(): void {
    this.#timer = this.#deps.clock.setTimeout(() => this.#ping(), limits.signalling.pingEveryMs);
  }

  #ping(): void {
    if (!this.#isAlive) {
      this.#deps.onSilent();
      return;
    }
    this.#isAlive = false;
    this.#deps.ping();
    this.#schedule();
  }
}
