/** What is counted. */
export type CounterName =
  | 'TLS records'
  | 'TLS writes'
  | 'signalling messages'
  | 'WebSocket control frames'
  | 'records over TLS'
  | 'frames over TLS'
  | 'records over WebRTC'
  | 'STUN datagrams'
  | 'DTLS handshake datagrams'
  | 'DTLS data datagrams'
  | 'other datagrams'
  | 'timers'
  | 'immediates'
  | 'machine events'
  | 'machine transitions';

/** What a planted regression adds. */
export const plantedShare = 0.15;

/** What the hooks count in this process, and whether they plant regressions. */
export class Counters {
  /** Whether work is done once more, 15 times of 100. */
  readonly planted: boolean;
  readonly #values = new Map<CounterName, number>();
  readonly #asked = new Map<string, number>();

  constructor(planted: boolean) {
    this.planted = planted;
  }

  add(name: CounterName): void {
    this.#values.set(name, this.get(name) + 1);
  }

  get(name: CounterName): number {
    return this.#values.get(name) ?? 0;
  }

  /** Asked each time when some work is done: whether it is to be done once more. */
  isDueAgain(work: string): boolean {
    if (!this.planted) return false;
    const before = this.#asked.get(work) ?? 0;
    this.#asked.set(work, before + 1);
    return Math.floor((before + 1) * plantedShare) > Math.floor(before * plantedShare);
  }
}
