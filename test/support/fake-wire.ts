import type { Wire, WireListener } from '../../src/adapters/signalling/session/wire.ts';

/** One end of a wire without another: the test says what comes, and sees what was done. */
export interface FakeWire extends Wire {
  readonly sent: readonly string[];
  readonly sentBytes: readonly Uint8Array[];
  readonly asks: number;
  /** What the end that holds it did last to end it. */
  readonly ending: 'close' | 'terminate' | undefined;
  buffered: number;
  /** Whoever listens now. */
  readonly hears: WireListener;
}

export function createFakeWire(): FakeWire {
  const sent: string[] = [];
  const sentBytes: Uint8Array[] = [];
  let asks = 0;
  let ending: 'close' | 'terminate' | undefined;
  let listener: WireListener | undefined;
  const wire: FakeWire = {
    sent,
    sentBytes,
    buffered: 0,
    get asks() {
      return asks;
    },
    get ending() {
      return ending;
    },
    get hears() {
      if (!listener) throw new Error('nobody listens to the wire');
      return listener;
    },
    get open() {
      return ending === undefined;
    },
    get bufferedAmount() {
      return wire.buffered;
    },
    listen(next) {
      listener = next;
    },
    send(text) {
      if (wire.open) sent.push(text);
    },
    sendBytes(bytes, left) {
      if (!wire.open) return;
      sentBytes.push(bytes);
      queueMicrotask(left);
    },
    ask() {
      asks += 1;
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
