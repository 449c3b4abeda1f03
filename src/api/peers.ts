import type { LanpeerErrorCode } from '../errors.ts';
import type { ConnectionState, Reason } from '../machines/connection/reasons.ts';
import type { DeviceId } from '../protocol/device-id.ts';
import type { Via } from '../protocol/via.ts';

/** What nodes say of themselves: fields with JSON values. Any, unless they are declared. */
export type PropertyMap = Readonly<Record<string, unknown>>;

/** A remote node whose identity is proven and that can be talked to now. */
export interface Peer<Properties extends object = PropertyMap> {
  readonly id: DeviceId;
  /** What it calls itself: decoration, not identity. */
  readonly name: string;
  /** What carries the link now: `tls` first and `webrtc` later, where both are allowed and WebRTC is preferred. */
  readonly via: Via;
  /** IP literal of the other end of the signalling session. */
  readonly address: string;
  /** Wall clock, ms, since when it has been connected; a link that takes over from another one changes nothing. */
  readonly since: number;
  /**
   * Smoothed round-trip time of the link in ms (RFC 6298 section 2), told anew when it moves by a quarter; null before it
   * was measured.
   */
  readonly roundTripMs: number | null;
  /**
   * What it says of itself, the newest value; empty until it has said it, a moment after it is connected. Anything that a
   * peer may send: check what you rely on. The same object as long as it stays the same.
   */
  readonly properties: Readonly<Partial<Properties>>;
  /** Names of the groups that it is in, as far as it has said. */
  readonly groups: readonly string[];
}

/**
 * One transition of a connection machine. A link that takes over from another one is told as well, as `connected` with
 * `previous` `connected` (`upgraded`, `fallback`, `replaced`): a program that greets on `connected` looks at `previous`.
 */
export interface ConnectionChange {
  readonly id: DeviceId;
  readonly state: ConnectionState;
  /** State that was left; null when the connection appeared. */
  readonly previous: ConnectionState | null;
  readonly reason: Reason;
  /** Code behind the reason, where one is known. */
  readonly code: LanpeerErrorCode | null;
  /** What carries the link: of a connection that comes up mostly `tls`, and with `upgraded` `webrtc`; null without a link. */
  readonly via: Via | null;
  /** Attempts since the last stable link; 0 while the first is not begun. */
  readonly attempt: number;
  /** Wall clock, ms, of the next attempt; null when none is planned. */
  readonly next: number | null;
  /** The device is not heard any more, and nothing is tried until there is a reason: a packet of it, a network change, `connect`. */
  readonly gaveUp: boolean;
  /** Wall clock, ms. */
  readonly at: number;
}

export interface ConnectTarget {
  /** IPv4 literal; not a host name, and not IPv6, which no node listens on so far. */
  readonly address: string;
  /** 1 to 65,535. */
  readonly port: number;
  /** The id that must answer; without it any device that answers is taken, if access allows. */
  readonly id?: DeviceId;
  /**
   * Gives up with `ERR_ABORTED`, whose `cause` is the reason of the signal; one that is aborted already comes before
   * everything else. The attempt ends with the last call that waits for it, unless it has another reason.
   */
  readonly signal?: AbortSignal;
}
