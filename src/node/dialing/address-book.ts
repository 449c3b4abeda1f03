import type { Claim, Device } from '../../api/devices.ts';
import type { LanpeerErrorCode } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { BoundedMap } from '../../util/bounded-map.ts';
import { createListeners, type Listeners } from '../../util/listener-set.ts';

/** Where a signalling server may be: an IP literal and a TCP port. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
  /** Address of the packet that announced it, if nothing but that speaks for it; 127.0.0.1 never counts. */
  readonly source?: string;
  /** It failed since the peer was reached there last. */
  readonly failing?: true;
}

/** Where peers may be reached: what their announcements say, where they answered, where the program says they are. */
export interface AddressBook {
  /** Replaces what announcements said. */
  announce(id: DeviceId, device: Claim & Pick<Device, 'claims'>): void;
  forget(id: DeviceId): void;
  /** The program named this address: the one that it named last counts. Returns the function that takes it back. */
  suggest(id: DeviceId, endpoint: Endpoint): () => void;
  /** The peer answered there, or called from there and listens on that port. */
  confirm(id: DeviceId, endpoint: Endpoint): void;
  /** The peer was not reached there, and why: other addresses come first from now on. */
  failed(id: DeviceId, endpoint: Endpoint, code: LanpeerErrorCode): void;
  /** There is news of the peer: where it did not answer it may answer now. */
  renew(id: DeviceId): void;
  /** True if a peer was proven there before. */
  isProven(address: string): boolean;
  /** Devices that were reached at that address, or announced it from there. */
  at(address: string): readonly DeviceId[];
  /**
   * Best first: those where it did not fail since it was reached last, then those where it failed, then those that led
   * elsewhere; of equal ones those named by the program, then where it was reached last, then as announced. Of those
   * that fail only the best one, and of the others the one that failed longest ago: the next time it is another's turn.
   */
  endpoints(id: DeviceId): readonly Endpoint[];
  /** Calls back whenever there may be more of them, until the returned function is called. */
  watch(id: DeviceId, listener: () => void): () => void;
  /** Announced and off the link: for when none of {@link endpoints} leads to the peer. */
  offLink(id: DeviceId): readonly Endpoint[];
}

interface Entry {
  /** The last one first. */
  suggested: readonly Endpoint[];
  confirmed: readonly Endpoint[];
  /** What went wrong since the peer was reached there, by {@link nameOf}; what failed last is last. */
  readonly faults: Map<string, number>;
  announced: readonly Endpoint[];
  offLink: readonly Endpoint[];
}

/** What an address that leads to another device, or to none of ours, answers with. */
const elsewhere: readonly LanpeerErrorCode[] = [
  'ERR_IDENTITY_MISMATCH',
  'ERR_IDENTITY_MISSING',
  'ERR_SELF',
  'ERR_PROTOCOL',
];

const { addresses: most } = limits.dial;

/**
 * One address of each source after the other, the latest claim of each first: the claims of one source, of however many
 * addresses and ports, do not come between this node and what another source says.
 */
function endpointsOf(claims: readonly Claim[]): Endpoint[] {
  const bySource = new Map<string, Endpoint[]>();
  for (const { source, port, addresses } of claims) {
    // Many honest nodes share the usual loopback address; any other is a source like those of the network.
    const by = source === '127.0.0.1' ? {} : { source };
    const own = addresses.map((address) => ({ address, port, ...by }));
    bySource.set(source, [...(bySource.get(source) ?? []), ...own]);
  }
  const lists = [...bySource.values()];
  const turns = Math.max(0, ...lists.map((list) => list.length));
  const all = Array.from({ length: turns }, (_, turn) => lists.flatMap((list) => list[turn] ?? [])).flat();
  const unique = new Map(all.toReversed().map((one) => [nameOf(one), one]));
  return [...unique.values()].toReversed().slice(0, most);
}

/** Names an endpoint, whichever source spoke of it. */
export const nameOf = ({ address, port }: Endpoint): string => `${address} ${port}`;

/** @param isHeld Peers that are not forgotten, however many others are heard: those that have a connection. */
export function createAddressBook(isHeld: (id: DeviceId) => boolean = () => false): AddressBook {
  const watchers = new Map<DeviceId, Listeners<[]>>();
  const entries = new Map<DeviceId, Entry>();
  const proven = new BoundedMap<string, true>(limits.peers.remembered);

  function entryOf(id: DeviceId): Entry {
    const entry = entries.get(id) ?? {
      suggested: [],
      announced: [],
      offLink: [],
      confirmed: [],
      faults: new BoundedMap(2 * limits.dial.addresses),
    };
    // The newest entry is last; over the cap the oldest is forgotten.
    entries.delete(id);
    entries.set(id, entry);
    if (entries.size > limits.discovery.devices + limits.peers.remembered) forgetOne(id);
    return entry;
  }

  /** First one that was only heard of: invented devices must not make this node forget where it reached others. */
  function forgetOne(newest: DeviceId): void {
    const ids = [...entries.keys()].filter((id) => id !== newest && !isHeld(id));
    const heard = ids.find((id) => entries.get(id)?.confirmed.length === 0 && entries.get(id)?.suggested.length === 0);
    const oldest = heard ?? ids[0];
    if (oldest !== undefined) entries.delete(oldest);
  }

  return {
    announce(id, device) {
      const claims = device.claims ?? [device];
      const entry = entryOf(id);
      entry.announced = endpointsOf(claims);
      const far = claims.flatMap(({ offLink = [], port, source }) =>
        offLink.map((address) => ({ address, port, source })),
      );
      entry.offLink = far.slice(0, limits.dial.offLink);
      watchers.get(id)?.call();
    },
    watch(id, listener) {
      const listeners = watchers.get(id) ?? createListeners();
      watchers.set(id, listeners);
      const remove = listeners.add(listener);
      return () => {
        remove();
        if (listeners.size === 0 && watchers.get(id) === listeners) watchers.delete(id);
      };
    },
    forget(id) {
      const entry = entries.get(id);
      if (!entry) return;
      entry.announced = [];
      entry.offLink = [];
      if (entry.confirmed.length === 0 && entry.suggested.length === 0 && !isHeld(id)) entries.delete(id);
    },
    suggest(id, endpoint) {
      // By itself: another call may have named the same one.
      const own = { ...endpoint };
      const entry = entryOf(id);
      entry.suggested = [own, ...entry.suggested].slice(0, limits.dial.addresses);
      return () => {
        entry.suggested = entry.suggested.filter((one) => one !== own);
      };
    },
    confirm(id, endpoint) {
      proven.set(endpoint.address, true);
      if (endpoint.port === 0) return;
      const entry = entryOf(id);
      const name = nameOf(endpoint);
      entry.faults.delete(name);
      const others = entry.confirmed.filter((one) => nameOf(one) !== name);
      entry.confirmed = [endpoint, ...others].slice(0, limits.dial.confirmed);
    },
    failed(id, endpoint, code) {
      const faults = entries.get(id)?.faults;
      if (!faults) return;
      const name = nameOf(endpoint);
      const fault = elsewhere.includes(code) ? 2 : Math.max(1, faults.get(name) ?? 0);
      faults.set(name, fault);
    },
    renew(id) {
      const faults = entries.get(id)?.faults;
      for (const [name, fault] of faults ?? []) if (fault === 1) faults?.delete(name);
    },
    isProven: (address) => proven.has(address),
    at(address) {
      const isThere = (one: Endpoint): boolean => one.address === address && (one.source ?? address) === address;
      return [...entries]
        .filter(([, { announced, confirmed }]) => [...confirmed, ...announced].some(isThere))
        .map(([id]) => id);
    },
    offLink(id) {
      const known = new Set(this.endpoints(id).map(nameOf));
      return (entries.get(id)?.offLink ?? []).filter((one) => !known.has(nameOf(one)));
    },
    endpoints(id) {
      const entry = entries.get(id);
      if (!entry) return [];
      const { suggested, confirmed, announced, faults } = entry;
      const unique = new Map<string, Endpoint>();
      for (const one of [...suggested.slice(0, 1), ...confirmed, ...announced])
        if (!unique.has(nameOf(one))) unique.set(nameOf(one), one);
      const rank = (one: Endpoint): number => faults.get(nameOf(one)) ?? 0;
      const all = [...unique.values()].sort((a, b) => rank(a) - rank(b)).slice(0, limits.dial.addresses);
      const hopeful = all.filter((one) => rank(one) === 0);
      const [best, ...others] = all.filter((one) => rank(one) > 0);
      if (!best) return hopeful;
      const turns = [...faults.keys()];
      const inTurn = others.sort((a, b) => turns.indexOf(nameOf(a)) - turns.indexOf(nameOf(b)));
      const failing = [best, ...inTurn.slice(0, limits.dial.failing - 1)];
      return [...hopeful, ...failing.map((one) => ({ ...one, failing: true as const }))];
    },
  };
}
