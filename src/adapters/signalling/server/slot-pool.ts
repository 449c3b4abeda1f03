import type { Socket } from 'node:net';
import type { Clock } from '../../../environment.ts';
import { limits } from '../../../limits.ts';
import { BoundedMap } from '../../../util/bounded-map.ts';
import { createTokenBucket, type TokenBucket } from '../../../util/token-bucket.ts';
import { groupByAddress, isActive, type SlotCandidate, SlotChoice, type SlotChoiceOptions } from './slot-choice.ts';

export interface PendingSocket {
  readonly socket: Socket;
  /** Remote address, by which slots are shared out. */
  readonly address: string;
  /** It has a slot: its TLS handshake may begin. */
  readonly onSlot: () => void;
  /** It was destroyed: there is no room for it, or it takes too long or sends too much. */
  readonly onRejected: () => void;
}

export interface SlotPoolOptions extends SlotChoiceOptions {
  readonly clock: Clock;
  /** Slots that are given out: so many a second after a pause, and after as many at once. */
  readonly perSecond: number;
}

type Entry = PendingSocket & SlotCandidate;

const { sockets, waiting: maxPending, timeMs, bytes, remembered } = limits.unauthenticated;

/**
 * Slots for sockets of many addresses, in fair shares by address. Where too many are pending, one of the address that has
 * most is rejected, by chance: a socket of another address gets in, however many sockets one address opens, and a socket
 * that has just come fares no worse than those before it. A slot is given to the address that holds fewest; of equal ones
 * to the one that got none for longest.
 */
export class SlotPool {
  readonly #options: SlotPoolOptions;
  readonly #choice: SlotChoice;
  readonly #entries = new Map<Socket, Entry>();
  /** When each address got a slot last, as a serial number; the one that got none for longest is first. */
  readonly #lastSlots = new BoundedMap<string, number>(remembered);
  /** Handshakes that may begin. */
  readonly #handshakes: TokenBucket;
  #serial = 0;
  #active = 0;
  #timer: unknown;

  constructor(options: SlotPoolOptions) {
    const { perSecond, clock } = options;
    this.#options = options;
    this.#choice = new SlotChoice(options);
    this.#handshakes = createTokenBucket({ perSecond, burst: perSecond }, clock);
  }

  /** Slots that are held. */
  get active(): number {
    return this.#active;
  }

  /** Sockets without a slot. */
  get pending(): number {
    return this.#entries.size - this.#active;
  }

  /** Adds a socket that has sent nothing yet. */
  add(pending: PendingSocket): void {
    this.#entries.set(pending.socket, { ...pending, stage: 'silent', ms: 0, stepMs: 0 });
    if (this.pending <= maxPending) return;
    const chosen = this.#choice.pendingToReject(this.#entries.values());
    if (chosen) this.#reject(chosen);
  }

  requestSlot(socket: Socket): void {
    const entry = this.#entries.get(socket);
    if (entry?.stage !== 'silent') return;
    entry.stage = 'waiting';
    this.#assignSlots();
  }

  /** The socket came one step further: the next step has its own time. */
  stepDone(socket: Socket): void {
    const entry = this.#entries.get(socket);
    if (entry) entry.stepMs = 0;
  }

  /** The socket is closed, or authenticated. False if it was not here. */
  remove(socket: Socket): boolean {
    const entry = this.#entries.get(socket);
    if (!entry || !this.#delete(entry)) return false;
    this.#assignSlots();
    return true;
  }

  /** Counts time that went by while this process was on time, ms. */
  sweep(ms: number): void {
    for (const entry of this.#entries.values()) {
      entry.ms += ms;
      entry.stepMs += ms;
    }
    for (const entry of [...this.#entries.values()])
      if (entry.ms >= timeMs || entry.socket.bytesRead > bytes) this.#reject(entry);
    this.#assignSlots();
  }

  /** Destroys all sockets, without a call of `onRejected`. */
  stop(): void {
    this.#options.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const { socket } of this.#entries.values()) socket.destroy();
    this.#entries.clear();
    this.#active = 0;
  }

  #delete(entry: Entry): boolean {
    if (!this.#entries.delete(entry.socket)) return false;
    if (isActive(entry)) this.#active -= 1;
    return true;
  }

  #reject(entry: Entry): void {
    if (!this.#delete(entry)) return;
    entry.socket.destroy();
    entry.onRejected();
  }

  /** Frees a slot for that socket, if none is free. False if no slot can be freed yet. */
  #freeSlot({ address }: Entry, active: ReadonlyMap<string, readonly Entry[]>): boolean {
    const own = active.get(address) ?? [];
    if (own.length < this.#options.perAddress && this.#active < sockets) return true;
    const chosen = this.#choice.activeToReject(address, this.#entries.values(), active);
    if (chosen) this.#reject(chosen);
    return chosen !== undefined;
  }

  #assignSlots(): void {
    for (;;) {
      const active = groupByAddress(this.#entries.values(), isActive);
      const next = this.#choice.next(this.#entries.values(), active, (address) => this.#lastSlots.get(address) ?? 0);
      if (!next) return;
      if (this.#handshakes.tokens < 1) {
        this.#assignSlotsLater();
        return;
      }
      if (!this.#freeSlot(next, active)) return;
      this.#handshakes.take();
      this.#activate(next);
    }
  }

  #assignSlotsLater(): void {
    this.#timer ??= this.#options.clock.setTimeout(() => {
      this.#timer = undefined;
      this.#assignSlots();
    }, this.#handshakes.waitMs);
  }

  #activate(entry: Entry): void {
    entry.stage = 'active';
    entry.ms = 0;
    entry.stepMs = 0;
    this.#active += 1;
    this.#serial += 1;
    this.#lastSlots.set(entry.address, this.#serial);
    entry.onSlot();
  }
}
