import type { Device } from '../adapters/discovery/port.ts';
import { limits } from '../limits.ts';
import type { DeviceId } from '../protocol/device-id.ts';

/** Where a signalling server may be: an IP literal and a TCP port. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
  /** Address of the packet that announced it, if nothing but that speaks for it; loopback never counts. */
  readonly source?: string;
}

/** Where peers may be reached: what their announcements say, where they answered, where the program says they are. */
export interface AddressBook {
  /** Replaces what announcements said. */
  announce(id: DeviceId, device: Pick<Device, 'addresses' | 'port' | 'source'>): void;
  forget(id: DeviceId): void;
  /** The program named this address. */
  suggest(id: DeviceId, endpoint: Endpoint): void;
  /** The peer answered there, or called from there and listens on that port. */
  confirm(id: DeviceId, endpoint: Endpoint): void;
  /** True if a peer was proven there before. */
  isProven(address: string): boolean;
  /** Best first: named by the program, then where it was reached last, then as announced. */
  endpoints(id: DeviceId): readonly Endpoint[];
}

interface Entry {
  suggested?: Endpoint;
  confirmed?: Endpoint;
  announced: readonly Endpoint[];
}

export function createAddressBook(): AddressBook {
  const entries = new Map<DeviceId, Entry>();
  const proven = new Set<string>();

  function entryOf(id: DeviceId): Entry {
    const entry = entries.get(id) ?? { announced: [] };
    // The newest entry is last; over the cap the oldest is forgotten.
    entries.delete(id);
    entries.set(id, entry);
    const [oldest] = entries.keys();
    if (oldest !== undefined && entries.size > limits.discovery.devices + limits.peers.remembered)
      entries.delete(oldest);
    return entry;
  }

  return {
    announce(id, { addresses, port, source }) {
      const by = source.startsWith('127.') ? {} : { source };
      entryOf(id).announced = addresses.slice(0, limits.dial.addresses).map((address) => ({ address, port, ...by }));
    },
    forget(id) {
      const entry = entries.get(id);
      if (entry) entry.announced = [];
    },
    suggest(id, endpoint) {
      entryOf(id).suggested = endpoint;
    },
    confirm(id, endpoint) {
      proven.add(endpoint.address);
      const [oldest] = proven;
      if (oldest !== undefined && proven.size > limits.peers.remembered) proven.delete(oldest);
      if (endpoint.port > 0) entryOf(id).confirmed = endpoint;
    },
    isProven: (address) => proven.has(address),
    endpoints(id) {
      const entry = entries.get(id);
      if (!entry) return [];
      const { suggested, confirmed, announced } = entry;
      const all = [...(suggested ? [suggested] : []), ...(confirmed ? [confirmed] : []), ...announced];
      const unique = new Map<string, Endpoint>();
      for (const one of all) {
        const key = `${one.address} ${one.port}`;
        if (!unique.has(key)) unique.set(key, one);
      }
      return [...unique.values()].slice(0, limits.dial.addresses);
    },
  };
}
