import type { Clock } from '../../../environment.ts';
import type { Wire, WireListener } from '../session/wire.ts';

type Side = 'a' | 'b';

type PacketKind = 'text' | 'bytes' | 'ping' | 'pong' | 'close' | 'reset';

interface Packet {
  readonly kind: PacketKind;
  readonly text: string;
  readonly bytes?: Uint8Array;
  readonly onDrained?: () => void;
  /** Monotonic time at which it may arrive. */
  readonly dueAt: number;
}

export interface MemoryWireOptions {
  readonly clock: Clock;
  /** Asked for each packet; those behind it wait. */
  readonly delayMs: (from: Side) => number;
  /** Whether anything passes from the one to the other now. */
  readonly passes: (from: Side) => boolean;
  /** Both ends are closed. */
  readonly onClosed: () => void;
}

/** The two ends of a pretend WebSocket. */
export interface MemoryWirePair {
  readonly a: Wire;
  readonly b: Wire;
  /** Delivers what was held back, if it may pass now. */
  wake(): void;
  /** That end is gone, and the other end does not notice. */
  vanish(side: Side): void;
  /** Both ends notice that the wire broke. */
  drop(): void;
}

/** As TCP does, a wire keeps what cannot pass and delivers it, in order, when it can. */
export function createMemoryWires(options: MemoryWireOptions): MemoryWirePair {
  let openEnds = 2;
  const onEndClosed = (): void => {
    openEnds -= 1;
    if (openEnds === 0) options.onClosed();
  };
  const a: MemoryWireEnd = new MemoryWireEnd('a', { ...options, onEndClosed, deliver: (packet) => b.receive(packet) });
  const b: MemoryWireEnd = new MemoryWireEnd('b', { ...options, onEndClosed, deliver: (packet) => a.receive(packet) });
  return {
    a: a.wire,
    b: b.wire,
    wake() {
      a.flush();
      b.flush();
    },
    vanish: (side) => (side === 'a' ? a : b).vanish(),
    drop() {
      a.drop();
      b.drop();
    },
  };
}

interface MemoryWireEndOptions extends MemoryWireOptions {
  /** Gives a packet to the other end. */
  readonly deliver: (packet: Packet) => void;
  readonly onEndClosed: () => void;
}

class MemoryWireEnd {
  readonly #side: Side;
  readonly #options: MemoryWireEndOptions;
  readonly #outbound: Packet[] = [];
  /** Came before there was a listener. */
  readonly #inbound: Packet[] = [];
  #lastDueAt = 0;
  #state: 'open' | 'closing' | 'closed' = 'open';
  #listener: WireListener | undefined;
  #timer: unknown;
  readonly wire: Wire = this.#createWire();

  constructor(side: Side, options: MemoryWireEndOptions) {
    this.#side = side;
    this.#options = options;
  }

  receive(packet: Packet): void {
    if (packet.kind === 'reset') this.#close();
    else if (this.#listener) this.#handle(packet);
    else this.#inbound.push(packet);
  }

  /** Delivers what is due; the rest waits for its time, or for the network. */
  flush(): void {
    const { clock, passes, deliver } = this.#options;
    clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    while (passes(this.#side)) {
      const [next] = this.#outbound;
      if (!next) return;
      const wait = next.dueAt - clock.monotonic();
      if (wait > 0) {
        this.#timer = clock.setTimeout(() => this.flush(), wait);
        return;
      }
      this.#outbound.shift();
      deliver(next);
      next.onDrained?.();
    }
  }

  drop(): void {
    this.#outbound.length = 0;
    this.#close();
  }

  vanish(): void {
    this.#outbound.length = 0;
    this.#options.clock.clearTimeout(this.#timer);
    this.#listener = undefined;
    this.#close();
  }

  #enqueue(kind: PacketKind, text = '', more: Pick<Packet, 'bytes' | 'onDrained'> = {}): void {
    const { clock, delayMs } = this.#options;
    const now = clock.monotonic();
    this.#lastDueAt = Math.max(this.#lastDueAt, now + delayMs(this.#side));
    this.#outbound.push({ kind, text, ...more, dueAt: this.#lastDueAt });
    if (this.#timer === undefined) this.#timer = clock.setTimeout(() => this.flush(), this.#lastDueAt - now);
  }

  #close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#inbound.length = 0;
    // Like a socket: the side that closes is told later, never within its own call.
    this.#options.clock.setTimeout(() => {
      this.#listener?.closed();
      this.#options.onEndClosed();
    }, 0);
  }

  #handle({ kind, text, bytes }: Packet): void {
    const listener = this.#listener;
    if (this.#state === 'closed' || !listener) return;
    if (kind === 'text') listener.text(text);
    else if (bytes) listener.bytes(bytes);
    else if (kind === 'pong') listener.pong();
    else if (kind === 'ping') {
      this.#enqueue('pong');
      listener.ping();
    } else if (kind === 'close' && this.#state === 'open') {
      this.#enqueue('close');
      this.#close();
    } else this.#close();
  }

  #createWire(): Wire {
    const isOpen = (): boolean => this.#state === 'open';
    const bufferedBytes = (): number =>
      this.#outbound.reduce((sum, { text, bytes }) => sum + text.length + (bytes?.byteLength ?? 0), 0);
    return {
      get open() {
        return isOpen();
      },
      get bufferedAmount() {
        return bufferedBytes();
      },
      listen: (listener) => {
        this.#listener = listener;
        for (const packet of this.#inbound.splice(0)) this.#handle(packet);
      },
      send: (text) => {
        if (isOpen()) this.#enqueue('text', text);
      },
      sendBytes: (bytes, onDrained) => {
        if (isOpen()) this.#enqueue('bytes', '', { bytes: new Uint8Array(bytes), onDrained });
      },
      ping: () => {
        if (isOpen()) this.#enqueue('ping');
      },
      close: () => {
        if (!isOpen()) return;
        this.#state = 'closing';
        this.#enqueue('close');
      },
      terminate: () => {
        if (this.#state === 'closed') return;
        this.#outbound.length = 0;
        this.#enqueue('reset');
        this.#close();
      },
    };
  }
}
