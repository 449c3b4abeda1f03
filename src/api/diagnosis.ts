import type { DeviceId } from '../protocol/device-id.ts';

/**
 * `ok`: looked at, and as it should be. `fault`: looked at, and what is wrong is known. `unknown`: it was not looked at, or
 * what was seen does not tell.
 */
export type CheckStatus = 'ok' | 'fault' | 'unknown';

/** What a check looks at; `peer-…`: the way to the one peer that was named. */
export type CheckId =
  /** Whether this machine has an IPv4 address by which others reach it. */
  | 'network'
  /** Which interfaces are used, and whether those that were chosen are there. */
  | 'interfaces'
  /** Whether UDP port 5353 can be had, and who else has it. */
  | 'mdns-port'
  /** Whether mDNS leaves each interface and comes back. */
  | 'multicast'
  /** Whether other devices are heard by mDNS, and nodes of lanpeer among them. */
  | 'others'
  /** Whether the key, the version and the lists of heard devices fit. */
  | 'access'
  /** Whether TCP connections to heard devices open. */
  | 'tcp'
  /** Whether UDP carries links, or TLS stands in. */
  | 'udp'
  /** Whether another device has this identity. */
  | 'identity'
  | 'clock'
  | 'event-loop'
  | 'versions'
  | `peer-${string}`;

/** One thing that was looked at. Plain JSON. */
export interface Check {
  readonly id: CheckId;
  readonly status: CheckStatus;
  /** One line for people. Names that came from the network are escaped. */
  readonly summary: string;
  /** What was seen, a line each. */
  readonly evidence: readonly string[];
  /** The one thing to do next; missing where there is nothing to do. */
  readonly next?: string;
}

/** What keeps a node from its peers, as far as it can be seen from here. Plain JSON: it can be stored and sent as it is. */
export interface Diagnosis {
  /**
   * `fault` if a check found one. `unknown` if none did, and a check without which nothing can be said does not know. Else
   * `ok`.
   */
  readonly status: CheckStatus;
  /** In plain words; the likeliest cause comes first. */
  readonly verdict: string;
  /** The check that the verdict speaks of first; null where all is well. */
  readonly cause: CheckId | null;
  /** In the order in which they build upon each other. */
  readonly checks: readonly Check[];
  /** The peer that was asked for, an id or `address:port`; null: none. */
  readonly peer: string | null;
  /** For how long this run of the node has listened to mDNS, ms. */
  readonly listenedMs: number;
  /** Wall clock, ms. */
  readonly at: number;
}

export interface DiagnoseOptions {
  /**
   * Looks at the way to this one device as well, and asks it to try what only it can see. It is dialed if there is no session
   * with it; if both let each other in it becomes a peer by that, and stays one.
   */
  readonly peer?: DeviceId | { readonly address: string; readonly port: number };
  /**
   * Also opens a TCP connection to devices that were heard and are no peers, 8 at most, and closes it at once; default
   * false: what dials of this node met is all that is known then.
   */
  readonly probe?: boolean;
  /** How long to look and to listen at most, ms, 1 to 60,000; default 3,000, with `peer` 10,000. A node that has run for a while needs less. */
  readonly timeout?: number;
  /** Gives up with `ERR_ABORTED`. */
  readonly signal?: AbortSignal;
}
