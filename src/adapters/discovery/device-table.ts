import type { Device, DeviceChange } from '../../api/devices.ts';
import { limits } from '../../limits.ts';
import type { Advertisement } from './advertisements.ts';
import { Claims } from './claims.ts';
import { createDeviceShares } from './device-shares.ts';

/** What was received, from where and when. */
export interface Reception {
  readonly advertisement: Advertisement;
  /** Source address of the packet. */
  readonly source: string;
  /** Monotonic and wall clock, ms. */
  readonly now: number;
  readonly at: number;
}

export interface Change {
  readonly change: DeviceChange;
  readonly device: Device;
}

/** The devices that were heard lately. Any device can announce anything: everything here is capped. */
export interface DeviceTable {
  /** Undefined if there is nothing to tell. */
  receive(reception: Reception): Change | undefined;
  /** Takes out the devices that were silent for too long. */
  sweep(now: number): Change[];
  /** Announcements of devices that were over a cap. */
  readonly refused: number;
  readonly size: number;
}

export interface DeviceTableOptions {
  /** Which of several equal ones goes; default: the first. */
  readonly random?: () => number;
  /** A device that gave its place to another one. */
  readonly lost?: (change: Change) => void;
}

interface Entry {
  readonly claims: Claims;
  readonly heardAt: number;
}

const { silentMs } = limits.discovery;

/** @param isOwn Addresses of this machine, on which many nodes may run: they have their share whatever others have. */
export function createDeviceTable(
  isOwn: (source: string) => boolean,
  { random = () => 0, lost = () => undefined }: DeviceTableOptions = {},
): DeviceTable {
  const entries = new Map<string, Entry>();
  const shares = createDeviceShares(isOwn, random);
  let refused = 0;

  function drop(id: string, { claims }: Entry): Change {
    entries.delete(id);
    shares.leave(id);
    return { change: 'lost', device: claims.device };
  }

  /** Room for one more of that source; false if it has to come again. */
  function makeRoom(source: string, now: number): boolean {
    if (!shares.isFull(source)) return true;
    refused += 1;
    const victim = shares.victim(source, now);
    const entry = victim === undefined ? undefined : entries.get(victim);
    if (victim === undefined || !entry) return false;
    lost(drop(victim, entry));
    return true;
  }

  return {
    receive({ advertisement, source, now, at }) {
      if (advertisement.kind === 'goodbye') {
        const entry = entries.get(advertisement.id);
        // A goodbye from elsewhere is a stranger's: it takes back no more than what was said from there.
        entry?.claims.leave(source);
        return entry?.claims.size === 0 ? drop(advertisement.id, entry) : undefined;
      }
      const { txt, port, addresses, offLink = [] } = advertisement;
      const known = entries.get(txt.id);
      if (!known && !makeRoom(source, now)) return undefined;
      const claims = known?.claims ?? new Claims(isOwn, random);
      const { isNew, isDue, device } = claims.put({ txt, port, source, addresses, offLink, now, at });
      shares.take(txt.id, source);
      entries.set(txt.id, { claims, heardAt: now });
      const change = !known ? 'found' : isNew ? 'updated' : 'refreshed';
      return isDue ? { change, device } : undefined;
    },
    sweep(now) {
      const silent = [...entries].filter(([, entry]) => now - entry.heardAt >= silentMs);
      return silent.map(([id, entry]) => drop(id, entry));
    },
    get refused() {
      return refused;
    },
    get size() {
      return entries.size;
    },
  };
}
