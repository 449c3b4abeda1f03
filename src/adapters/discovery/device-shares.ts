import { limits } from '../../limits.ts';
import { BoundedMap } from '../../util/bounded-map.ts';

/** How many devices each source has in the table, and who gives way to a new one when there are too many. */
export interface DeviceShares {
  /** True if a new device of that source has to take the place of another one. */
  isFull(source: string): boolean;
  /** The device that gives way; undefined: that source had another one's place only just. */
  victim(source: string, now: number): string | undefined;
  /** The device counts against that source, if not against one already that has as few. */
  take(id: string, source: string): void;
  leave(id: string): void;
}

const { devices, devicesPerSource, replaceEveryMs, rateSources } = limits.discovery;

/**
 * The source with most devices loses one of them, any of them: one that invents devices must not keep real ones out,
 * from no number of addresses. An address of this machine counts only with what it has over the cap of others.
 */
export function createDeviceShares(isOwn: (source: string) => boolean, random: () => number): DeviceShares {
  const bySource = new Map<string, Set<string>>();
  const owners = new Map<string, string>();
  /** When each source took a place last. */
  const replacedAt = new BoundedMap<string, number>(rateSources);

  const sizeOf = (source: string): number => bySource.get(source)?.size ?? 0;
  const greedOf = (source: string): number =>
    isOwn(source) ? Math.max(0, sizeOf(source) - devicesPerSource) : sizeOf(source);

  function greediest(): string | undefined {
    let found: string | undefined;
    let most = -1;
    for (const source of bySource.keys()) {
      const greed = greedOf(source);
      if (greed < most) continue;
      // Of equal ones any: the last of them where chance says so.
      if (greed > most || random() < 0.5) found = source;
      most = greed;
    }
    return found;
  }

  /** Telling of devices that come and go costs more than hearing of them. */
  function mayReplace(source: string, now: number): boolean {
    const last = replacedAt.get(source);
    if (last !== undefined && now - last < replaceEveryMs) return false;
    replacedAt.set(source, now);
    return true;
  }

  function leave(id: string): void {
    const owner = owners.get(id);
    if (owner === undefined) return;
    owners.delete(id);
    const ids = bySource.get(owner);
    ids?.delete(id);
    if (ids?.size === 0) bySource.delete(owner);
  }

  const isOverShare = (source: string): boolean => !isOwn(source) && sizeOf(source) >= devicesPerSource;

  return {
    isFull: (source) => owners.size >= devices || isOverShare(source),
    victim(source, now) {
      if (!mayReplace(source, now)) return undefined;
      const from = isOverShare(source) ? source : greediest();
      const ids = [...(bySource.get(from ?? '') ?? [])];
      return ids[Math.floor(random() * ids.length)];
    },
    take(id, source) {
      const owner = owners.get(id);
      // A source that announces it as well must not drag it along.
      if (owner !== undefined && (owner === source || sizeOf(source) + 1 >= sizeOf(owner))) return;
      leave(id);
      owners.set(id, source);
      const ids = bySource.get(source) ?? new Set();
      bySource.set(source, ids.add(id));
    },
    leave,
  };
}
