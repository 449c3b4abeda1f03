import type { Wire, WireListener } from '../../src/adapters/signalling/session/wire.ts';

/** One end of a wire without another: a test plays the other end, and reads what was sent. */
export interface FakeWire extends Wire {
  readonly sent: readonly string[];
  readonly sentBytes: readonly Uint8Array[];
  readonly pings: number;
  /** How its owner ended it last. */
  readonly ending: 'close' | 'terminate' | undefined;
  buffered: number;
  /** The present listener. */
  readonly listener: WireListener;
}

export function createFakeWire(): FakeWire {
  const sent: string[] = [];
  const sentBytes: Uint8Array[] = [];
  let pings = 0;
  let ending: 'close' | 'terminate' | undefined;
  let current: WireListener | undefined;
  const wire: FakeWire = {
    sent,
    sentBytes,
    buffered: 0,
    get pings() {
      return pings;
    },
    get ending() {
      return ending;
    },
    get listener() {
      if (!current) throw new Error('the wire has no listener');
      return current;
    },
    get open() {
      return ending === undefined;
    },
    get bufferedAmount() {
      return wire.buffered;
    },
    listen(next) {
      current = next;
    },
    send(text) {
      if (wire.open) sent.push(text);
    },
    sendBytes(bytes, onDrained) {
      if (!wire.open) return;
      sentBytes.push(bytes);
      queueMicrotask(onDrained);
    },
    ping() {
      pings += 1;
    },
    close() {
      ending ??= 'close';
    },
    terminate() {
      ending = 'terminate';
    },
  };
  return wire;
}
