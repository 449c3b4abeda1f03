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
  /** Devices that were over a cap. */
  readonly refused: number;
  readonly size: number;
}

interface Entry {
  device: Device;
  heardAt: number;
  toldAt: number;
}

const heardEveryMs = 1_000;
const isLoopback = (address: string): boolean => address.startsWith('127.');

const signature = (device: Device): string =>
  JSON.stringify([
    device.instance,
    device.name,
    device.networkTag,
    device.version,
    device.port,
    [...device.addresses].sort(),
  ]);

/** @param ownId Its announcements are not reported: they are ours. */
export function createDeviceTable(ownId: string): DeviceTable {
  const entries = new Map<string, Entry>();
  let refused = 0;

  function hasRoom(source: string): boolean {
    if (entries.size >= limits.discovery.devices) return false;
    if (isLoopback(source)) return true;
    let same = 0;
    for (const { device } of entries.values()) if (device.source === source) same += 1;
    return same < limits.discovery.devicesPerSource;
  }

  function drop(id: string): Change | undefined {
    const entry = entries.get(id);
    entries.delete(id);
    return entry && { change: 'lost', device: entry.device };
  }

  return {
    hear({ heard, source, now, at }) {
      if (heard.kind === 'goodbye') return drop(heard.id);
      const { txt, port } = heard;
      if (txt.id === ownId) return undefined;
      const known = entries.get(txt.id);
      if (!known && !hasRoom(source)) {
        refused += 1;
        return undefined;
      }
      // What a packet came from is where its sender can be reached; what it says may be behind another network.
      const said = [source, ...heard.addresses.filter((address) => address !== source)];
      const device: Device = { ...txt, addresses: said.slice(0, limits.dial.addresses), port, source, heardAt: at };
      const change = !known ? 'found' : signature(known.device) === signature(device) ? 'heard' : 'updated';
      const tell = change !== 'heard' || !known || now - known.toldAt >= heardEveryMs;
      entries.set(txt.id, { device, heardAt: now, toldAt: tell || !known ? now : known.toldAt });
      return tell ? { change, device } : undefined;
    },
    sweep(now) {
      const silent = [...entries].filter(([, entry]) => now - entry.heardAt >= limits.discovery.silentMs);
      return silent.flatMap(([id]) => drop(id) ?? []);
    },
    get refused() {
      return refused;
    },
    get size() {
      return entries.size;
    },
  };
}
