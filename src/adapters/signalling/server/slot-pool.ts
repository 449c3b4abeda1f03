import type { Socket } from 'node:net';
import type { Clock, Random } from '../../../environment.ts';
import { limits } from '../../../limits.ts';
import { BoundedMap } from '../../../util/bounded-map.ts';
import { createTokenBucket, type TokenBucket } from '../../../util/token-bucket.ts';

export interface PendingSocket {
  readonly socket: Socket;
  /** Remote address, by which slots are shared out. */
  readonly address: string;
  /** It has a slot: its TLS handshake may begin. */
  readonly onSlot: () => void;
  /** It was destroyed: there is no room for it, or it takes too long or sends too much. */
  readonly onRejected: () => void;
}

export interface SlotPoolOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Slots that one address may hold at a time. */
  readonly perAddress: number;
  /** Slots that are given out: so many a second after a pause, and after as many at once. */
  readonly perSecond: number;
}

interface Entry extends PendingSocket {
  /** `silent`: its first TLS record is not whole. `waiting`: for a slot. `active`: it has one. */
  stage: 'silent' | 'waiting' | 'active';
  /** Time in this stage, and since its last step, in ms of a process that was on time. */
  ms: number;
  stepMs: number;
}

const {
  sockets,
  waiting: maxPending,
  timeMs,
  graceMs,
  loneGraceMs,
  stepMs,
  bytes,
  remembered,
} = limits.unauthenticated;

const isActive = ({ stage }: Entry): boolean => stage === 'active';
const isPending = ({ stage }: Entry): boolean => stage !== 'active';
const isSlow = (entry: Entry): boolean => isActive(entry) && entry.stepMs >= stepMs;

/**
 * Slots for sockets of many addresses, in fair shares by address. Where too many are pending, one of the address that has
 * most is rejected, by chance: a socket of another address gets in, however many sockets one address opens, and a socket
 * that has just come fares no worse than those before it. A slot is given to the address that holds fewest; of equal ones
 * to the one that got none for longest.
 */
export class SlotPool {
  readonly #options: SlotPoolOptions;
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
    if (this.pending > maxPending) this.#rejectPending();
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

  #pick<Item>(items: readonly Item[]): Item | undefined {
    return items[Math.floor(this.#options.random() * items.length)];
  }

  #byAddress(matches: (entry: Entry) => boolean): Map<string, Entry[]> {
    return Map.groupBy([...this.#entries.values()].filter(matches), ({ address }) => address);
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

  /** Rejects a pending socket of one of the addresses that have most. */
  #rejectPending(): void {
    const groups = [...this.#byAddress(isPending).values()];
    const most = Math.max(...groups.map(({ length }) => length));
    const chosen = this.#pick(this.#pick(groups.filter(({ length }) => length === most)) ?? []);
    if (chosen) this.#reject(chosen);
  }

  /** The waiting socket that gets the next slot. */
  #next(active: ReadonlyMap<string, readonly Entry[]>): Entry | undefined {
    const groups = this.#byAddress(({ stage }) => stage === 'waiting');
    let best: (readonly [address: string, count: number, lastSlot: number])[] = [];
    for (const address of groups.keys()) {
      const own = active.get(address) ?? [];
      const count = own.length;
      if (count >= this.#options.perAddress && !own.some(isSlow)) continue;
      const one = [address, count, this.#lastSlots.get(address) ?? 0] as const;
      const order = best[0] ? count - best[0][1] || one[2] - best[0][2] : -1;
      if (order < 0) best = [one];
      else if (order === 0) best.push(one);
    }
    const chosen = this.#pick(best);
    return chosen && this.#pick(groups.get(chosen[0]) ?? []);
  }

  /**
   * Frees a slot for that socket, if none is free: an address that holds most gives one up, or a socket that takes too
   * long for a step. False if no slot can be freed yet.
   */
  #freeSlot({ address }: Entry, active: ReadonlyMap<string, readonly Entry[]>): boolean {
    const { perAddress } = this.#options;
    const own = active.get(address) ?? [];
    if (own.length < perAddress && this.#active < sockets) return true;
    const most = Math.max(...[...active.values()].map(({ length }) => length));
    const overShare = [...active.values()]
      .filter(({ length }) => length === most && length > own.length)
      .flat()
      .filter(({ ms }) => ms >= (most > 1 ? graceMs : loneGraceMs));
    const slow = (own.length < perAddress ? [...this.#entries.values()] : own).filter(isSlow);
    const chosen = this.#pick(overShare.length > 0 ? overShare : slow);
    if (chosen) this.#reject(chosen);
    return chosen !== undefined;
  }

  #assignSlots(): void {
    for (;;) {
      const active = this.#byAddress(isActive);
      const next = this.#next(active);
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
