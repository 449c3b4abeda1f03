import { asLanpeerError, LanpeerError } from '../../errors.ts';
import type { TransportListener } from './port.ts';

export interface LinkEventsOptions {
  readonly listener: TransportListener;
  /** Largest record, in bytes. */
  readonly recordBytes: number;
  /** `drain` is reported when the buffered amount falls to so many bytes. */
  readonly lowWater: number;
  /** Gives up what the link holds, before `down` is reported. */
  readonly release: () => void;
}

/** Reports what happens to one link to its listener, until the link is over. The same for every transport. */
export class LinkEvents {
  readonly #options: LinkEventsOptions;
  #over = false;
  #aboveLowWater = false;

  constructor(options: LinkEventsOptions) {
    this.#options = options;
  }

  /** The link is closed or down: nothing more is reported. */
  get isOver(): boolean {
    return this.#over;
  }

  /** The link was closed here, which is not reported. */
  close(): void {
    this.#over = true;
  }

  fail(error: LanpeerError): void {
    if (this.#over) return;
    this.#over = true;
    this.#options.release();
    this.#options.listener.down(error);
  }

  /** A listener that throws takes down its own link, not the stack or the session that the link runs on. */
  report(call: (listener: TransportListener) => void): void {
    if (this.#over) return;
    try {
      call(this.#options.listener);
    } catch (thrown) {
      this.fail(asLanpeerError(thrown, 'ERR_INTERNAL'));
    }
  }

  /** True if a record may be sent. One of a size that cannot be takes the link down. */
  accepts({ byteLength }: Uint8Array): boolean {
    if (byteLength > 0 && byteLength <= this.#options.recordBytes) return true;
    this.fail(new LanpeerError('ERR_INTERNAL', `A record of ${byteLength} bytes cannot be sent.`));
    return false;
  }

  /** A record was sent, and so many bytes are buffered now. */
  sent(bufferedAmount: number): void {
    if (bufferedAmount > this.#options.lowWater) this.#aboveLowWater = true;
  }

  /** Bytes left the buffer, and so many are still in it. */
  drained(bufferedAmount: number): void {
    // Others may have sent as well, and this link may wait for what they sent.
    this.sent(bufferedAmount);
    if (!this.#aboveLowWater || bufferedAmount > this.#options.lowWater) return;
    this.#aboveLowWater = false;
    this.report((listener) => listener.drain());
  }
}
