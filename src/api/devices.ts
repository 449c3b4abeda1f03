import type { DeviceId } from '../protocol/device-id.ts';
import type { Incarnation } from '../protocol/incarnation.ts';

/** What one source said of where a device is: a hint, unauthenticated. */
export interface Claim {
  /** Source address of its packets. */
  readonly source: string;
  readonly port: number;
  /** IPv4 literals, at most 16; the source comes first. */
  readonly addresses: readonly string[];
  /** As in {@link Device}. */
  readonly offLink?: readonly string[];
}

/** Something that was heard: a hint, unauthenticated. */
export interface Device {
  readonly id: DeviceId;
  readonly incarnation: Incarnation;
  readonly name: string;
  readonly networkTag: string | null;
  /** Major version of the protocol it speaks. */
  readonly version: number;
  /** IPv4 literals, at most 16; the source of the last packet comes first, then other sources of this run. */
  readonly addresses: readonly string[];
  /**
   * Addresses of RFC 1918 outside of the link that it announces, at most 4: a router between networks may pass mDNS on.
   * They are tried only when nothing else works. Missing where there is none.
   */
  readonly offLink?: readonly string[];
  /**
   * All that was said of where it is, at most 16, the latest first; missing where one source said one thing. Any device
   * can speak of any id, so more than one means no more than that.
   */
  readonly claims?: readonly Claim[];
  readonly port: number;
  /** Source address of the last packet. */
  readonly source: string;
  /** Wall clock, ms, of the last packet. */
  readonly heardAt: number;
}

/** `refreshed`: nothing new, but a packet came (at most once a second for one device). */
export type DeviceChange = 'found' | 'updated' | 'refreshed' | 'lost';

/** Something that was heard by mDNS: a hint, unauthenticated. */
export interface DeviceEvent {
  readonly change: Exclude<DeviceChange, 'refreshed'>;
  readonly device: Device;
}

/**
 * `port-taken`: another program has UDP port 5353 and does not share it. `outgoing-blocked`: the system does not let mDNS out,
 * as a firewall does. `nothing-received`: not even what this node sends comes back. `no-route`: multicast has no way out.
 * `gone`: the address is not there any more.
 */
export type InterfaceFault = 'port-taken' | 'outgoing-blocked' | 'nothing-received' | 'no-route' | 'gone' | 'other';

/** What was heard on one interface since the start. */
export interface InterfaceStats {
  /** IPv4 addresses of it that are in use now; none while it is gone. */
  readonly addresses: readonly string[];
  /** mDNS packets from other machines. */
  readonly packets: number;
  /** Wall clock, ms, of the last of them; null: none came. */
  readonly heardAt: number | null;
  /** The same of a packet from this machine: what is sent to the group comes back, where multicast works. */
  readonly ownHeardAt: number | null;
  /** Packets from outside of every subnet of this machine, which are dropped (RFC 6762 section 11). */
  readonly offLink: number;
  /** What keeps mDNS from working there; null: nothing that is known. */
  readonly fault: string | null;
  /** Of what kind that is. */
  readonly faultKind: InterfaceFault | null;
}

export interface DiscoveryStats {
  readonly packets: number;
  /** Packets over a rate limit. */
  readonly dropped: number;
  /** Packets or records with a shape that is not ours. */
  readonly malformed: number;
  /** Devices over a cap. */
  readonly refused: number;
  /** By name. */
  readonly interfaces: Readonly<Record<string, InterfaceStats>>;
}
