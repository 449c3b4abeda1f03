import type { PendingDevice } from '../../api/trust.ts';
import type { Clock } from '../../environment.ts';
import { limits } from '../../limits.ts';
import type { DeviceId } from '../../protocol/device-id.ts';

export interface PendingTrustDeps {
  readonly clock: Clock;
  /** What mDNS says that the device is called. */
  readonly nameOf: (id: DeviceId) => string | null;
  /** The trusted device of that name. */
  readonly trustedAs: (name: string) => DeviceId | null;
  readonly changed: (devices: ReadonlyMap<DeviceId, PendingDevice>) => void;
}

interface Entry {
  readonly device: PendingDevice;
  /** Monotonic time. */
  readonly until: number;
}

const { pending: most, pendingPerAddress, pendingMs } = limits.trust;

/**
 * Devices that wait to be trusted. Each has proven its key, which costs a stranger a TLS handshake and an address nothing
 * more, so room is shared by address: one that has its share gets no more, and where all of it is taken the address that has
 * most loses the device that was met longest ago.
 */
export class PendingTrust {
  readonly #deps: PendingTrustDeps;
  /** The one that was met last comes last. */
  readonly #entries = new Map<DeviceId, Entry>();
  #timer: unknown;

  constructor(deps: PendingTrustDeps) {
    this.#deps = deps;
  }

  /** The device proved its id, at that address. */
  met(id: DeviceId, address: string): void {
    const { clock } = this.#deps;
    const before = this.#entries.get(id)?.device;
    if (before === undefined && this.#countAt(address) >= pendingPerAddress) return;
    const device = this.#describe({ id, address, since: before?.since ?? clock.now() });
    this.#entries.delete(id);
    if (this.#entries.size >= most) this.#evict();
    this.#entries.set(id, { device, until: clock.monotonic() + pendingMs });
    this.#schedule();
    if (!isSame(before, device)) this.#tell();
  }

  /** What is said of the names of devices may have changed: of that one, or of all. */
  renamed(only?: DeviceId): void {
    let isChanged = false;
    for (const [id, entry] of only === undefined ? [...this.#entries] : this.#entryOf(only)) {
      const device = this.#describe(entry.device);
      if (isSame(entry.device, device)) continue;
      this.#entries.set(id, { ...entry, device });
      isChanged = true;
    }
    if (isChanged) this.#tell();
  }

  delete(id: DeviceId): void {
    if (this.#entries.delete(id)) this.#tell();
  }

  clear(): void {
    this.#deps.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#entries.size === 0) return;
    this.#entries.clear();
    this.#tell();
  }

  #entryOf(id: DeviceId): readonly (readonly [DeviceId, Entry])[] {
    const entry = this.#entries.get(id);
    return entry ? [[id, entry]] : [];
  }

  #describe({ id, address, since }: Pick<PendingDevice, 'id' | 'address' | 'since'>): PendingDevice {
    const name = this.#deps.nameOf(id);
    return { id, name, address, since, sameNameAs: name === null ? null : this.#deps.trustedAs(name) };
  }

  #countAt(address: string): number {
    return [...this.#entries.values()].filter(({ device }) => device.address === address).length;
  }

  #evict(): void {
    let chosen: DeviceId | undefined;
    let held = 0;
    for (const [id, { device }] of this.#entries) {
      const count = this.#countAt(device.address);
      if (count > held) [chosen, held] = [id, count];
    }
    if (chosen !== undefined) this.#entries.delete(chosen);
  }

  /** Looks again when the one that was met longest ago has waited for its time. */
  #schedule(): void {
    const { clock } = this.#deps;
    const [first] = this.#entries.values();
    if (this.#timer !== undefined || !first) return;
    this.#timer = clock.setTimeout(() => this.#expire(), Math.max(0, first.until - clock.monotonic()));
  }

  #expire(): void {
    this.#timer = undefined;
    const now = this.#deps.clock.monotonic();
    const over = [...this.#entries].filter(([, { until }]) => until <= now);
    for (const [id] of over) this.#entries.delete(id);
    this.#schedule();
    if (over.length > 0) this.#tell();
  }

  #tell(): void {
    this.#deps.changed(new Map([...this.#entries].map(([id, { device }]) => [id, device])));
  }
}

const isSame = (one: PendingDevice | undefined, other: PendingDevice): boolean =>
  one?.name === other.name && one.address === other.address && one.sameNameAs === other.sameNameAs;
