import type { Claim, Device } from '../../api/devices.ts';
import type { LanpeerErrorCode } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import { BoundedMap } from '../../util/bounded-map.ts';
import { createListeners, type Listeners } from '../../util/listener-set.ts';
import type { Endpoint } from './endpoint.ts';
import { PeerAddresses } from './peer-addresses.ts';

/** Where peers may be reached: what their announcements say, where they answered, where the program says they are. */
export class AddressBook {
  readonly #isHeld: (id: DeviceId) => boolean;
  readonly #watchers = new Map<DeviceId, Listeners<[]>>();
  readonly #entries = new Map<DeviceId, PeerAddresses>();
  readonly #proven = new BoundedMap<string, true>(limits.peers.remembered);

  /** @param isHeld Peers that are not forgotten, however many others are heard: those that have a connection. */
  constructor(isHeld: (id: DeviceId) => boolean = () => false) {
    this.#isHeld = isHeld;
  }

  /** Replaces what announcements said. */
  announce(id: DeviceId, device: Claim & Pick<Device, 'claims'>): void {
    this.#entryOf(id).announce(device.claims ?? [device]);
    this.#watchers.get(id)?.call();
  }

  /** What announcements said is over. */
  forget(id: DeviceId): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    entry.announce([]);
    if (entry.isHearsay && !this.#isHeld(id)) this.#entries.delete(id);
  }

  /** The program named this address: the one that it named last counts. Returns the function that takes it back. */
  suggest(id: DeviceId, endpoint: Endpoint): () => void {
    return this.#entryOf(id).suggest(endpoint);
  }

  /** The peer answered there, or called from there and listens on that port. */
  confirm(id: DeviceId, endpoint: Endpoint): void {
    this.#proven.set(endpoint.address, true);
    if (endpoint.port !== 0) this.#entryOf(id).confirm(endpoint);
  }

  /** The peer was not reached there, and why: other addresses come first from now on. */
  failed(id: DeviceId, endpoint: Endpoint, code: LanpeerErrorCode): void {
    this.#entries.get(id)?.failed(endpoint, code);
  }

  /** There is news of the peer: where it did not answer it may answer now. */
  renew(id: DeviceId): void {
    this.#entries.get(id)?.renew();
  }

  /** True if a peer was proven there before. */
  isProven(address: string): boolean {
    return this.#proven.has(address);
  }

  /** Devices that were reached at that address, or announced it from there. */
  at(address: string): readonly DeviceId[] {
    return [...this.#entries].filter(([, entry]) => entry.isAt(address)).map(([id]) => id);
  }

  /** The best first, as {@link PeerAddresses.endpoints} has them. */
  endpoints(id: DeviceId): readonly Endpoint[] {
    return this.#entries.get(id)?.endpoints() ?? [];
  }

  /** Announced and off the link: for when none of {@link endpoints} leads to the peer. */
  offLink(id: DeviceId): readonly Endpoint[] {
    return this.#entries.get(id)?.offLink() ?? [];
  }

  /** Calls back whenever there may be more of {@link endpoints}, until the returned function is called. */
  watch(id: DeviceId, listener: () => void): () => void {
    const listeners = this.#watchers.get(id) ?? createListeners();
    this.#watchers.set(id, listeners);
    const remove = listeners.add(listener);
    return () => {
      remove();
      if (listeners.size === 0 && this.#watchers.get(id) === listeners) this.#watchers.delete(id);
    };
  }

  #entryOf(id: DeviceId): PeerAddresses {
    const entry = this.#entries.get(id) ?? new PeerAddresses();
    // The newest entry is last; over the cap the oldest is forgotten.
    this.#entries.delete(id);
    this.#entries.set(id, entry);
    if (this.#entries.size > limits.discovery.devices + limits.peers.remembered) this.#forgetOne(id);
    return entry;
  }

  /** First one that was only heard of: invented devices must not make this node forget where it reached others. */
  #forgetOne(newest: DeviceId): void {
    const others = [...this.#entries].filter(([id]) => id !== newest && !this.#isHeld(id));
    const [oldest] = others.find(([, { isHearsay }]) => isHearsay) ?? others[0] ?? [];
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}
