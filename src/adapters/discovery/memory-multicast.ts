import type { Clock } from '../../environment.ts';
import type { Advertisement } from './advertisements.ts';

/** What listens on the network, at its address. */
export interface Station {
  readonly address: string;
  receive(advertisement: Advertisement, source: string): void;
  asked(): void;
}

export interface MemoryMulticastOptions {
  readonly clock: Clock;
  /** Time that a packet is under way, ms. */
  readonly delayMs: number;
  /** After how many ms more each of its copies arrives; none if it is lost. */
  readonly copies: (from: string, to: string) => readonly number[];
}

const keyOf = (address: string, other?: string): string =>
  other === undefined ? address : [address, other].sort().join(' ');

/** A multicast group of stations, and what is cut between them. */
export class MemoryMulticast {
  readonly #options: MemoryMulticastOptions;
  readonly #stations = new Set<Station>();
  readonly #cuts = new Set<string>();

  constructor(options: MemoryMulticastOptions) {
    this.#options = options;
  }

  join(station: Station): void {
    this.#stations.add(station);
  }

  leave(station: Station): void {
    this.#stations.delete(station);
  }

  /** To all of them. What is cut at the moment of sending or of arrival is lost. */
  send(from: Pick<Station, 'address'>, deliver: (to: Station) => void): void {
    const { clock, delayMs, copies } = this.#options;
    for (const to of [...this.#stations]) {
      if (!this.#passes(from.address, to.address)) continue;
      for (const late of copies(from.address, to.address))
        clock.setTimeout(() => {
          if (this.#stations.has(to) && this.#passes(from.address, to.address)) deliver(to);
        }, delayMs + late);
    }
  }

  cut(address: string, other?: string): void {
    this.#cuts.add(keyOf(address, other));
  }

  /** Undoes that cut; without an address, all cuts. */
  heal(address?: string, other?: string): void {
    if (address === undefined) this.#cuts.clear();
    else this.#cuts.delete(keyOf(address, other));
  }

  #passes(from: string, to: string): boolean {
    if (from === to) return true;
    return !this.#cuts.has(keyOf(from, to)) && !this.#cuts.has(from) && !this.#cuts.has(to);
  }
}
