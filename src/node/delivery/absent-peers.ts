import type { DeviceId } from '../../protocol/device-id.ts';

interface Entry {
  readonly address: string;
  readonly weight: number;
}

/**
 * Peers without a place whose sessions are kept for their return. Any peer can make identities and leave: over the cap the
 * address with most of them loses the one that left first, whatever each weighs: a peer with messages must not lose them
 * for that.
 */
export class AbsentPeers {
  readonly #most: number;
  readonly #drop: (id: DeviceId) => void;
  /** In the order of leaving. */
  readonly #entries = new Map<DeviceId, Entry>();
  /** How many are at each address. */
  readonly #counts = new Map<string, number>();
  #total = 0;

  /**
   * @param most Cap of the weights of all.
   * @param drop Ends the session of a peer that was removed.
   */
  constructor(most: number, drop: (id: DeviceId) => void) {
    this.#most = most;
    this.#drop = drop;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** It was last at that address, or, if that is empty, where it was before; `weight` is its share of the cap. */
  add(id: DeviceId, address: string, weight: number): void {
    const at = address || (this.#entries.get(id)?.address ?? '');
    this.delete(id);
    this.#entries.set(id, { address: at, weight });
    this.#total += weight;
    this.#count(at, 1);
    while (this.#total > this.#most) this.#dropOne();
  }

  delete(id: DeviceId): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#entries.delete(id);
    this.#total -= entry.weight;
    this.#count(entry.address, -1);
  }

  has(id: DeviceId): boolean {
    return this.#entries.has(id);
  }

  ids(): readonly DeviceId[] {
    return [...this.#entries.keys()];
  }

  clear(): void {
    this.#entries.clear();
    this.#counts.clear();
    this.#total = 0;
  }

  #count(address: string, change: 1 | -1): void {
    const count = (this.#counts.get(address) ?? 0) + change;
    if (count > 0) this.#counts.set(address, count);
    else this.#counts.delete(address);
  }

  #dropOne(): void {
    const most = Math.max(...this.#counts.values());
    for (const [id, { address }] of this.#entries) {
      if (this.#counts.get(address) !== most) continue;
      this.delete(id);
      this.#drop(id);
      return;
    }
  }
}
