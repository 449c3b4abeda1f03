import { limits } from '../../limits.ts';
import type { Heard } from './packet.ts';
import type { Device, DeviceChange } from './port.ts';

/** What was heard, from where and when. */
export interface Hearing {
  readonly heard: Heard;
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

/** The devices that were heard lately. Anybody can announce anything: everything here is capped. */
export interface DeviceTable {
  /** Undefined if there is nothing to tell. */
  hear(hearing: Hearing): Change | undefined;
  /** Takes out the devices that were silent for too long. */
  sweep(now: number): Change[];
  /** Announcements of devices that were over a cap. */
  readonly refused: number;
  readonly size: number;
}

/** What one source said of a device. */
interface Sighting {
  readonly addresses: readonly string[];
  readonly offLink: readonly string[];
  readonly heardAt: number;
}

interface Entry {
  readonly device: Device;
  /** By source, latest last: a device on several networks is heard from several. */
  readonly sightings: Map<string, Sighting>;
  /** The source that it counts against. */
  readonly owner: string;
  readonly heardAt: number;
  readonly toldAt: number;
}

const { devices, devicesPerSource, silentMs, heardEveryMs } = limits.discovery;

const signature = ({ instance, name, networkTag, version, port, addresses, offLink = [] }: Device): string =>
  JSON.stringify([
    [instance.counter, instance.random, name, networkTag, version, port],
    [...addresses].sort(),
    [...offLink].sort(),
  ]);

/** Sources first, because that is where packets came from; what they say may be behind another network. */
function addressesOf(sightings: ReadonlyMap<string, Sighting>): string[] {
  const latestFirst = [...sightings].reverse();
  const all = [...latestFirst.map(([source]) => source), ...latestFirst.flatMap(([, { addresses }]) => addresses)];
  return [...new Set(all)].slice(0, limits.dial.addresses);
}

/** Ports of services that need a privilege are not ours: nobody is to make us call them in another network. */
function offLinkOf(sightings: ReadonlyMap<string, Sighting>, port: number): Pick<Device, 'offLink'> {
  const all = [...sightings].reverse().flatMap(([, { offLink }]) => offLink);
  if (all.length === 0 || port < limits.dial.offLinkPort) return {};
  return { offLink: [...new Set(all)].slice(0, limits.dial.offLink) };
}

/** @param isExempt Sources without a cap of their own: many nodes on one host are honest. */
export function createDeviceTable(isExempt: (source: string) => boolean): DeviceTable {
  const entries = new Map<string, Entry>();
  const owned = new Map<string, number>();
  let refused = 0;

  function hasRoom(source: string): boolean {
    if (entries.size >= devices) return false;
    return isExempt(source) || (owned.get(source) ?? 0) < devicesPerSource;
  }

  function count(owner: string, by: 1 | -1): void {
    const left = (owned.get(owner) ?? 0) + by;
    if (left > 0) owned.set(owner, left);
    else owned.delete(owner);
  }

  function drop(id: string, { owner, device }: Entry): Change {
    entries.delete(id);
    count(owner, -1);
    return { change: 'lost', device };
  }

  /** What the sources said that are still fresh and speak of the same run at the same port. */
  function sightingsOf(known: Entry | undefined, device: Omit<Device, 'addresses' | 'offLink'>, now: number) {
    const same =
      known?.device.port === device.port &&
      known.device.instance.counter === device.instance.counter &&
      known.device.instance.random === device.instance.random;
    const fresh = [...(same ? known.sightings : [])].filter(([, { heardAt }]) => now - heardAt < silentMs);
    return new Map(fresh.slice(1 - limits.dial.addresses));
  }

  return {
    hear({ heard, source, now, at }) {
      if (heard.kind === 'goodbye') {
        const entry = entries.get(heard.id);
        // A goodbye from elsewhere is a stranger's.
        return entry?.device.addresses.includes(source) ? drop(heard.id, entry) : undefined;
      }
      const { txt, port, addresses, offLink = [] } = heard;
      const known = entries.get(txt.id);
      if (!known && !hasRoom(source)) {
        refused += 1;
        return undefined;
      }
      const about = { ...txt, port, source, heardAt: at };
      const sightings = sightingsOf(known, about, now);
      sightings.delete(source);
      sightings.set(source, { addresses, offLink, heardAt: now });
      const device: Device = { ...about, addresses: addressesOf(sightings), ...offLinkOf(sightings, port) };
      const change = !known ? 'found' : signature(known.device) === signature(device) ? 'heard' : 'updated';
      const tell = change !== 'heard' || !known || now - known.toldAt >= heardEveryMs;
      if (!known) count(source, 1);
      entries.set(txt.id, {
        device,
        sightings,
        owner: known?.owner ?? source,
        heardAt: now,
        toldAt: tell ? now : known.toldAt,
      });
      return tell ? { change, device } : undefined;
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
