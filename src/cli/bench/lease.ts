import type { Clock } from '../../environment.ts';
import { limits } from '../../limits.ts';
import type { DeviceId } from '../../protocol/device-id.ts';

interface Holder {
  readonly id: DeviceId;
  readonly endsAt: number;
  bytes: number;
}

/** Who may measure with this node: one peer at a time, for a bounded time and number of bytes. */
export class BenchLease {
  readonly #clock: Pick<Clock, 'monotonic'>;
  #holder: Holder | undefined;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** Whether it is the peer's from now on, is already, or is another one's. Asking again gives no more of it. */
  begin(id: DeviceId): 'begun' | 'held' | 'busy' {
    const holder = this.#current();
    if (holder) return holder.id === id ? 'held' : 'busy';
    this.#holder = { id, endsAt: this.#clock.monotonic() + limits.cli.benchMs, bytes: 0 };
    return 'begun';
  }

  /** Whether the peer may send that: it has the lease, and has not used it up. */
  takes(id: DeviceId, bytes: number): boolean {
    const holder = this.#current();
    if (holder?.id !== id) return false;
    holder.bytes += bytes;
    return holder.bytes <= limits.cli.benchBytes;
  }

  /** The peer needs it no more, or is gone. True if it had it. */
  end(id: DeviceId): boolean {
    if (this.#current()?.id !== id) return false;
    this.#holder = undefined;
    return true;
  }

  #current(): Holder | undefined {
    if (this.#holder && this.#clock.monotonic() >= this.#holder.endsAt) this.#holder = undefined;
    return this.#holder;
  }
}
