import { asLanpeerError, type LanpeerErrorCode } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { BoundedMap } from '../../util/bounded-map.ts';

/** What the last dial to an address and port met; `ok`: a session. */
export type DialMet = 'ok' | LanpeerErrorCode;

/** What dials met, by address and port. */
export class DialLog {
  readonly #last = new BoundedMap<string, DialMet>(limits.diagnosis.dials);

  of(address: string, port: number): DialMet | undefined {
    return this.#last.get(`${address}:${port}`);
  }

  /** Dials as `dial` does, and remembers. One that was given up tells nothing. */
  around<Target extends { readonly address: string; readonly port: number; readonly signal: AbortSignal }, Result>(
    dial: (target: Target) => Promise<Result>,
  ): (target: Target) => Promise<Result> {
    return async (target) => {
      const key = `${target.address}:${target.port}`;
      try {
        const result = await dial(target);
        this.#last.set(key, 'ok');
        return result;
      } catch (thrown) {
        if (!target.signal.aborted) this.#last.set(key, asLanpeerError(thrown, 'ERR_SIGNALLING').code);
        throw thrown;
      }
    };
  }
}
