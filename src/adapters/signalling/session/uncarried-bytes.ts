import { limits } from '../../../limits.ts';

/**
 * Bytes of records that nothing here carries: no window holds their sender back. Few are honest: those that were under way
 * when this side closed a link. The other end sends no more of it once it has read that, and answers each ping behind what
 * it sent before: with the answer to a ping that followed the close all of it has come, and the count begins anew.
 */
export class UncarriedBytes {
  #bytes = 0;
  #pings = 0;
  #pongs = 0;
  /** The number of the ping whose answer comes behind all records of links that this side closed. */
  #lastPing: number | undefined;

  /** This side closed a link: what is under way of it is not held against the other end. */
  linkClosed(): void {
    this.#lastPing = this.#pings + 1;
  }

  /** This side has closed a link and sent no ping since. */
  get needsPing(): boolean {
    return this.#lastPing !== undefined && this.#pings < this.#lastPing;
  }

  pinged(): void {
    this.#pings += 1;
  }

  answered(): void {
    // One that nothing asked for answers nothing.
    if (this.#pongs < this.#pings) this.#pongs += 1;
    if (this.#lastPing === undefined || this.#pongs < this.#lastPing) return;
    this.#lastPing = undefined;
    this.#bytes = 0;
  }

  /** False where that is more than the other end may send. */
  add(bytes: number): boolean {
    const { uncarriedBytes, underWayBytes } = limits.tls;
    this.#bytes += bytes;
    return this.#bytes <= (this.#lastPing === undefined ? uncarriedBytes : underWayBytes);
  }
}
