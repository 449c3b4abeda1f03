import type { DeviceId } from '../protocol/device-id.ts';

/** Peers without a place whose sessions are kept for their return. */
export interface Absent {
  /** It was last at that address; `weight` is its share of the cap. */
  add(id: DeviceId, address: string, weight: number): void;
  delete(id: DeviceId): void;
  has(id: DeviceId): boolean;
  ids(): readonly DeviceId[];
  clear(): void;
  readonly size: number;
}

interface Entry {
  readonly address: string;
  readonly weight: number;
}

/**
 * Anybody who may be a peer can make identities and leave: over the cap the address of the heaviest ones loses the one
 * that left first. Its session is ended by `drop`.
 */
export function createAbsent(most: number, drop: (id: DeviceId) => void): Absent {
  /** The one that left first first. */
  const entries = new Map<DeviceId, Entry>();
  const weights = new Map<string, number>();
  let total = 0;

  function weigh(address: string, by: number): void {
    total += by;
    const weight = (weights.get(address) ?? 0) + by;
    if (weight > 0) weights.set(address, weight);
    else weights.delete(address);
  }

  function remove(id: DeviceId): void {
    const entry = entries.get(id);
    if (!entry) return;
    entries.delete(id);
    weigh(entry.address, -entry.weight);
  }

  function dropOne(): void {
    const heaviest = Math.max(...weights.values());
    for (const [id, { address }] of entries) {
      if (weights.get(address) !== heaviest) continue;
      remove(id);
      drop(id);
      return;
    }
  }

  return {
    add(id, address, weight) {
      remove(id);
      entries.set(id, { address, weight });
      weigh(address, weight);
      while (total > most) dropOne();
    },
    delete: remove,
    has: (id) => entries.has(id),
    ids: () => [...entries.keys()],
    clear() {
      entries.clear();
      weights.clear();
      total = 0;
    },
    get size() {
      return entries.size;
    },
  };
}
