import type { Clock } from '../../../environment.ts';
import type { Wire, WireListener } from '../session/wire.ts';

type Frame = 'text' | 'bytes' | 'ask' | 'answer' | 'close' | 'reset';

interface Packet {
  readonly frame: Frame;
  readonly text: string;
  readonly bytes?: Uint8Array;
  /** It left. */
  readonly left?: () => void;
  /** Monotonic time at which it may arrive. */
  readonly at: number;
}

export interface MemoryWireOptions {
  readonly clock: Clock;
  /** Asked for each frame; those behind it wait. */
  readonly delayMs: (from: 'a' | 'b') => number;
  /** Whether anything passes from the one to the other now. */
  readonly passes: (from: 'a' | 'b') => boolean;
  /** Both ends are closed. */
  readonly gone: () => void;
}

/** The two ends of a pretend WebSocket. */
export interface MemoryWirePair {
  readonly a: Wire;
  readonly b: Wire;
  /** What was held back goes on its way, if it may pass. */
  wake(): void;
  /** The end of that side is gone without a word. */
  vanish(side: 'a' | 'b'): void;
  /** Both ends notice that the wire broke, without a word from the other. */
  drop(): void;
}

interface End {
  readonly wire: Wire;
  wake(): void;
  drop(): void;
  vanish(): void;
}

/** As TCP does, a wire keeps what cannot pass and delivers it, in order, when it can. */
export function createMemoryWires({ clock, delayMs, passes, gone }: MemoryWireOptions): MemoryWirePair {
  let openEnds = 2;

  function createEnd(side: 'a' | 'b', other: () => { receive(packet: Packet): void }): End & ReturnType<typeof other> {
    const outbound: Packet[] = [];
    const inbound: Packet[] = [];
    let lastAt = 0;
    let state: 'open' | 'closing' | 'closed' = 'open';
    let listener: WireListener | undefined;
    let timer: unknown;

    /** Delivers what is due; the rest waits for its time, or for the network. */
    function move(): void {
      clock.clearTimeout(timer);
      timer = undefined;
      while (passes(side)) {
        const [next] = outbound;
        if (!next) return;
        const wait = next.at - clock.monotonic();
        if (wait > 0) {
          timer = clock.setTimeout(move, wait);
          return;
        }
        outbound.shift();
        other().receive(next);
        next.left?.();
      }
    }

    function put(frame: Frame, text = '', more: Pick<Packet, 'bytes' | 'left'> = {}): void {
      const now = clock.monotonic();
      lastAt = Math.max(lastAt, now + delayMs(side));
      outbound.push({ frame, text, ...more, at: lastAt });
      if (timer === undefined) timer = clock.setTimeout(move, lastAt - now);
    }

    function closed(): void {
      if (state === 'closed') return;
      state = 'closed';
      inbound.length = 0;
      // Like a socket: whoever closes hears of it later, never within its own call.
      clock.setTimeout(() => {
        listener?.closed();
        openEnds -= 1;
        if (openEnds === 0) gone();
      }, 0);
    }

    function take({ frame, text, bytes }: Packet): void {
      if (state === 'closed' || !listener) return;
      if (frame === 'text') listener.text(text);
      else if (bytes) listener.bytes(bytes);
      else if (frame === 'answer') listener.answered();
      else if (frame === 'ask') {
        put('answer');
        listener.asked();
      } else if (frame === 'close' && state === 'open') {
        put('close');
        closed();
      } else closed();
    }

    function leave(frame: 'close' | 'reset'): void {
      if (frame === 'reset') outbound.length = 0;
      put(frame);
    }

    return {
      receive(packet) {
        if (packet.frame === 'reset') closed();
        else if (listener) take(packet);
        else inbound.push(packet);
      },
      wake: move,
      drop() {
        outbound.length = 0;
        closed();
      },
      vanish() {
        outbound.length = 0;
        clock.clearTimeout(timer);
        listener = undefined;
        closed();
      },
      wire: {
        get open() {
          return state === 'open';
        },
        get bufferedAmount() {
          return outbound.reduce((sum, { text, bytes }) => sum + text.length + (bytes?.byteLength ?? 0), 0);
        },
        listen(next) {
          listener = next;
          for (const packet of inbound.splice(0)) take(packet);
        },
        send(text) {
          if (state === 'open') put('text', text);
        },
        sendBytes(bytes, left) {
          if (state === 'open') put('bytes', '', { bytes, left });
        },
        ask() {
          if (state === 'open') put('ask');
        },
        close() {
          if (state !== 'open') return;
          state = 'closing';
          leave('close');
        },
        terminate() {
          if (state === 'closed') return;
          leave('reset');
          closed();
        },
      },
    };
  }

  const a = createEnd('a', () => b);
  const b: typeof a = createEnd('b', () => a);
  return {
    a: a.wire,
    b: b.wire,
    wake() {
      a.wake();
      b.wake();
    },
    vanish: (side) => (side === 'a' ? a : b).vanish(),
    drop() {
      a.drop();
      b.drop();
    },
  };
}
