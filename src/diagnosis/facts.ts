import type { MachineFacts, TcpOutcome } from '../adapters/machine/port.ts';
import type { Device, DiscoveryStats } from '../api/devices.ts';
import type { LanpeerErrorCode } from '../errors.ts';
import type { DeviceId } from '../protocol/device-id.ts';
import type { Mismatch } from '../protocol/mismatch.ts';
import type { Via } from '../protocol/via.ts';
import type { PeerFacts } from './peer/facts.ts';

/** A device that is heard, and how this node stands to it. */
export interface HeardDevice
  extends Pick<Device, 'id' | 'name' | 'addresses' | 'offLink' | 'port' | 'source' | 'heardAt'> {
  /** Why it cannot become a peer; null: nothing that is announced speaks against it. */
  readonly misfit: Mismatch | null;
  readonly hasKey: boolean;
  /** It announces a network key of this node, or none where this node has none. */
  readonly hasOurKey: boolean;
  readonly isPeer: boolean;
  /** How TCP connections to it went, by address. Missing for those that were not tried. */
  readonly dials: readonly Dial[];
}

/** How a dial to an address went: by TCP alone (`tcp`), or the last one of the node. */
export interface Dial {
  readonly address: string;
  readonly port: number;
  readonly outcome: TcpOutcome | { readonly code: LanpeerErrorCode };
}

/** A peer, and what carries its link. */
export interface PeerLink {
  readonly id: DeviceId;
  readonly name: string;
  readonly address: string;
  readonly via: Via;
  /** Whether the peer takes links over WebRTC. */
  readonly takesWebrtc: boolean;
  /** For how long it has been connected, ms. */
  readonly forMs: number;
}

/** What a node knows of itself and its surroundings. Times are ms; ages count from the time of the diagnosis. */
export interface NodeFacts {
  /** Of lanpeer. */
  readonly version: string;
  /** Null: none is known, of a device that was never started. */
  readonly id: DeviceId | null;
  /** TCP port on which it listens. */
  readonly port: number;
  /** It is there for the diagnosis alone: others reach this device at the port of another node. */
  readonly onlyLooks: boolean;
  /** Interfaces that were chosen, by name or address; null: all of them. */
  readonly chosen: readonly string[] | null;
  /** Of those, which are not there. */
  readonly missing: readonly string[];
  /** Null: it runs without mDNS. */
  readonly discovery: DiscoveryStats | null;
  /** For how long it has listened to mDNS. */
  readonly listenedMs: number;
  readonly devices: readonly HeardDevice[];
  readonly peers: readonly PeerLink[];
  /** Whether this node takes links over WebRTC. */
  readonly takesWebrtc: boolean;
  /** Whether who may connect was said; without it nothing can be told of what does not fit. */
  readonly knowsAccess: boolean;
  /** Addresses at which another device was heard with an id of this device. */
  readonly copies: readonly { readonly address: string; readonly port: number; readonly proven: boolean }[];
  /** How far the wall clock moved by itself: it was set, or the machine slept. */
  readonly clockJumps: readonly { readonly ageMs: number; readonly byMs: number }[];
  /** How late timers of this process were: the worst, and in sum, over so long. */
  readonly lateness: { readonly worstMs: number; readonly sumMs: number; readonly overMs: number };
}

/** All that is judged. */
export interface Facts {
  /** Wall clock, ms. */
  readonly at: number;
  /** Null where there is none, as in memory. */
  readonly machine: MachineFacts | null;
  readonly node: NodeFacts;
  /** Of the one peer that was asked for. */
  readonly peer: PeerFacts | null;
}
