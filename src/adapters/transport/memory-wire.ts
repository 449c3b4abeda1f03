import type { Clock, Random } from '../../environment.ts';

/** What crosses from one end of a link to the other. */
export type MemoryPacket = { readonly kind: 'hello' } | { readonly kind: 'record'; readonly bytes: Uint8Array };

export interface MemoryWireOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly delayMs: number;
  readonly jitterMs: number;
  readonly lateMs: () => number;
  readonly silent: () => boolean;
  readonly deliver: (packet: MemoryPacket) => void;
  /** Bytes left: they do not count as buffered any more. */
  readonly left: () => void;
}

/** One direction of one link: reliable and in order. While its path is silent it keeps what is sent. */
export interface MemoryWire {
  send(packet: MemoryPacket): void;
  /** The path may carry again. */
  wake(): void;
  /** Bytes of records that are not delivered yet. */
  readonly bufferedAmount: number;
  stop(): void;
}

const sizeOf = (packet: MemoryPacket): number => (packet.kind === 'record' ? packet.bytes.byteLength : 0);

export function createMemoryWire(options: MemoryWireOptions): MemoryWire {
  const { clock, random, delayMs, jitterMs, lateMs, silent, deliver, left } = options;
  const queue: { readonly packet: MemoryPacket; readonly due: number }[] = [];
  let lastDue = 0;
  let bufferedAmount = 0;
  let timer: unknown;
  let armed = false;
  let stopped = false;

  function arm(): void {
    const [head] = queue;
    if (armed || stopped || !head || silent()) return;
    armed = true;
    timer = clock.setTimeout(pass, Math.max(0, head.due - clock.monotonic()));
  }

  function pass(): void {
    armed = false;
    if (silent()) return;
    const head = queue.shift();
    if (!head) return;
    bufferedAmount -= sizeOf(head.packet);
    deliver(head.packet);
    if (stopped) return;
    if (head.packet.kind === 'record') left();
    arm();
  }

  return {
    send(packet) {
      if (stopped) return;
      lastDue = Math.max(lastDue, clock.monotonic() + delayMs + random() * jitterMs + lateMs());
      queue.push({ packet, due: lastDue });
      bufferedAmount += sizeOf(packet);
      arm();
    },
    wake: arm,
    get bufferedAmount() {
      return bufferedAmount;
    },
    stop() {
      stopped = true;
      clock.clearTimeout(timer);
      queue.length = 0;
      bufferedAmount = 0;
    },
  };
}
