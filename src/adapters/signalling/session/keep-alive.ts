import type { Clock } from '../../../environment.ts';
import { limits } from '../../../limits.ts';

export interface KeepAliveDeps {
  readonly clock: Clock;
  /** This side dialed. The other one waits a little longer, so that one ping serves both. */
  readonly dialed: boolean;
  /** An answer is wanted whatever comes. */
  readonly needsPing: () => boolean;
  readonly ping: () => void;
  /** Nothing came since the last ping; no further one follows. */
  readonly onSilent: () => void;
}

const { pingEveryMs } = limits.signalling;

/** Pings the other end of a session from which nothing came for `limits.signalling.pingEveryMs`, and gives it as long to answer. */
export class KeepAlive {
  readonly #deps: KeepAliveDeps;
  readonly #quietMs: number;
  #heardAt: number;
  #isAsked = false;
  #timer: unknown;

  constructor(deps: KeepAliveDeps) {
    this.#deps = deps;
    this.#quietMs = deps.dialed ? pingEveryMs : pingEveryMs * 1.25;
    this.#heardAt = deps.clock.monotonic();
    this.#lookIn(this.#quietMs);
  }

  /** Anything that comes shows that the other end lives. */
  heard(): void {
    this.#heardAt = this.#deps.clock.monotonic();
    this.#isAsked = false;
  }

  stop(): void {
    this.#deps.clock.clearTimeout(this.#timer);
  }

  #lookIn(ms: number): void {
    this.#timer = this.#deps.clock.setTimeout(() => this.#look(), Math.ceil(ms));
  }

  #look(): void {
    const quietMs = this.#deps.clock.monotonic() - this.#heardAt;
    if (this.#isAsked) this.#deps.onSilent();
    else if (quietMs < this.#quietMs && !this.#deps.needsPing()) this.#lookIn(this.#quietMs - quietMs);
    else {
      this.#isAsked = true;
      this.#deps.ping();
      this.#lookIn(pingEveryMs);
    }
  }
}
