import type { Clock, Random } from '../../environment.ts';

/** What crosses from one end of a link to the other. */
export type MemoryPacket = { readonly kind: 'hello' } | { readonly kind: 'record'; readonly bytes: Uint8Array };

export interface MemoryPipeOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly delayMs: number;
  readonly jitterMs: number;
  readonly lateMs: () => number;
  readonly isSilent: () => boolean;
  readonly deliver: (packet: MemoryPacket) => void;
  /** A record was delivered: its bytes are buffered no longer. */
  readonly onDrained: () => void;
}

const sizeOf = (packet: MemoryPacket): number => (packet.kind === 'record' ? packet.bytes.byteLength : 0);

/** One direction of one link: reliable and in order. While its path is silent it keeps what is sent. */
export class MemoryPipe {
  readonly #options: MemoryPipeOptions;
  readonly #queue: { readonly packet: MemoryPacket; readonly dueAt: number }[] = [];
  #lastDueAt = 0;
  #bufferedAmount = 0;
  #timer: unknown;
  #isArmed = false;
  #stopped = false;

  constructor(options: MemoryPipeOptions) {
    this.#options = options;
  }

  /** Bytes of records that are not delivered yet. */
  get bufferedAmount(): number {
    return this.#bufferedAmount;
  }

  send(packet: MemoryPacket): void {
    if (this.#stopped) return;
    const { clock, random, delayMs, jitterMs, lateMs } = this.#options;
    this.#lastDueAt = Math.max(this.#lastDueAt, clock.monotonic() + delayMs + random() * jitterMs + lateMs());
    this.#queue.push({ packet, dueAt: this.#lastDueAt });
    this.#bufferedAmount += sizeOf(packet);
    this.wake();
  }

  /** Waits for the first packet to be due. To be called when the path may carry again. */
  wake(): void {
    const { clock, isSilent } = this.#options;
    const [head] = this.#queue;
    if (this.#isArmed || this.#stopped || !head || isSilent()) return;
    this.#isArmed = true;
    this.#timer = clock.setTimeout(() => this.#deliverNext(), Math.max(0, head.dueAt - clock.monotonic()));
  }

  stop(): void {
    this.#stopped = true;
    this.#options.clock.clearTimeout(this.#timer);
    this.#queue.length = 0;
    this.#bufferedAmount = 0;
  }

  #deliverNext(): void {
    const { isSilent, deliver, onDrained } = this.#options;
    this.#isArmed = false;
    if (isSilent()) return;
    const head = this.#queue.shift();
    if (!head) return;
    this.#bufferedAmount -= sizeOf(head.packet);
    deliver(head.packet);
    if (this.#stopped) return;
    if (head.packet.kind === 'record') onDrained();
    this.wake();
  }
}
