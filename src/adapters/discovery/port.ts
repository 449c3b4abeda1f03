import type { Device, DeviceChange, DiscoveryStats } from '../../api/devices.ts';
import type { LanpeerError } from '../../errors.ts';
import type { DeviceId } from '../../protocol/device-id.ts';
import type { Incarnation } from '../../protocol/incarnation.ts';

/** What a node says of itself. */
export interface Announcement {
  readonly id: DeviceId;
  readonly incarnation: Incarnation;
  readonly name: string;
  /** Tag derived from the network key, so that members of other networks are skipped; null for nodes without a key. */
  readonly networkTag: string | null;
  /** TCP port of the signalling server. */
  readonly port: number;
}

export interface DiscoveryListener {
  /** `lost` comes with the device as it was last heard. Announcements of one's own id are never reported here. */
  device(change: DeviceChange, device: Device): void;
  /** A device announces this node's own id as another run: a copy of its identity, or an invention. */
  copy?(device: Device): void;
  /**
   * A fault that does not end discovery: an interface is gone or silent, port 5353 is held exclusively (`ERR_DISCOVERY`),
   * this listener threw (`ERR_HANDLER`).
   */
  error(error: LanpeerError): void;
}

/** Announces a node on the local network and hears of others. */
export interface Discovery {
  /** Resolves when announcing and listening on at least the first try of each interface; faults go to `error`. */
  start(announcement: Announcement, listener: DiscoveryListener): Promise<void>;
  /** Says something else of itself from now on, and multicasts it; id and incarnation stay. Nothing before the start. */
  announce(announcement: Announcement): void;
  /** Asks the network again now (rate-limited by the adapter). */
  query(): void;
  /** Asks whoever speaks mDNS to do so (rate-limited by the adapter): then {@link stats} tells whether anybody is there. */
  survey?(): void;
  stats(): DiscoveryStats;
  /** Says goodbye, then closes everything. Idempotent. */
  stop(): Promise<void>;
}
