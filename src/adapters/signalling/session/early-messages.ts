import { limits } from '../../../limits.ts';

/** Messages that came before the listener of a session, as texts: a message of nested arrays takes twenty times its text. */
export class EarlyMessages {
  readonly #texts: string[] = [];
  #bytes = 0;

  /** False where that is more than a session keeps. */
  add(text: string): boolean {
    const { early, earlySessionBytes } = limits.signalling;
    this.#bytes += Buffer.byteLength(text);
    return this.#texts.push(text) <= early && this.#bytes <= earlySessionBytes;
  }

  /** Takes all of them, in the order in which they came. */
  drain(): string[] {
    return this.#texts.splice(0);
  }
}
