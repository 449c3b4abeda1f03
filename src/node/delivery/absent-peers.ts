import type { DeviceId } from '../../protocol/device-id.ts';

/** Peers without a place whose sessions are kept for their return. */
export interface Absent {
  /** It was last at that address, or, if that is empty, where it was before; `weight` is its share of the cap. */
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
 * Anybody who may be a peer can make identities and leave: over the cap the address with most of them loses the one that
 * left first, whatever each weighs: who has messages must not lose them for that. Its session is ended by `drop`.
 */
export function createAbsent(most: number, drop: (id: DeviceId) => void): Absent {
  /** The one that left first first. */
  const entries = new Map<DeviceId, Entry>();
  /** Of them at each address. */
  const counts = new Map<string, number>();
  let total = 0;

  function count(address: string, by: number): void {
    const now = (counts.get(address) ?? 0) + by;
    if (now > 0) counts.set(address, now);
    else counts.delete(address);
  }

  function remove(id: DeviceId): void {
    const entry = entries.get(id);
    if (!entry) return;
    entries.delete(id);
    total -= entry.weight;
    count(entry.address, -1);
  }

  function dropOne(): void {
    const most = Math.max(...counts.values());
    for (const [id, { address }] of entries) {
      if (counts.get(address) !== most) continue;
      remove(id);
      drop(id);
      return;
    }
  }

  return {
    add(id, address, weight) {
      const at = address || (entries.get(id)?.address ?? '');
      remove(id);
      entries.set(id, { address: at, weight });
      total += weight;
      count(at, 1);
      while (total > most) dropOne();
    },
    delete: remove,
    has: (id) => entries.has(id),
    ids: () => [...entries.keys()],
    clear() {
      entries.clear();
      counts.clear();
      total = 0;
    },
    get size() {
      return entries.size;
    },
  };
}
