import type { LanpeerErrorCode } from '../errors.ts';
import type { ConnectionState } from '../machines/connection/reasons.ts';
import type { DeviceId } from '../protocol/device-id.ts';
import type { DiscoveryStats } from './devices.ts';
import type { NoticeCode } from './notices.ts';

/** Byte streams that a program at each end has, or had. Streams are those of `openStream` and `acceptStream`. */
export interface StreamStats {
  /** Open now, whichever side opened them. */
  readonly open: number;
  /** Opened here and accepted at the other end. */
  readonly opened: number;
  /** Opened at the other end and accepted here. */
  readonly accepted: number;
  /** Opened at the other end with a type that has no handler here. */
  readonly refused: number;
  /** Bytes that the program at the other end has certainly read. */
  readonly sent: number;
  /** Bytes that this program has read. */
  readonly received: number;
}

/**
 * Counters of one peer, from its first link until its connection is closed on purpose or an outage lasted so long that
 * they are dropped. Messages are those of `send` and `broadcast`.
 */
export interface PeerStats {
  readonly messages: { readonly sent: number; readonly received: number };
  /** Bytes of records on its links, and of those that carry byte streams beside them. */
  readonly bytes: { readonly sent: number; readonly received: number };
  readonly streams: StreamStats;
  /** Accepted and without an outcome yet: messages and requests, and the bytes of their payloads. */
  readonly queued: { readonly messages: number; readonly bytes: number };
}

/** Counters since start; what is refused, dropped or lost is counted here. */
export interface NodeStats {
  readonly connections: Readonly<Record<ConnectionState, number>>;
  /** Authenticated signalling sessions that are open. */
  readonly signallingSessions: number;
  readonly messages: {
    readonly sent: number;
    readonly delivered: number;
    readonly undelivered: number;
    /** Volatile messages that came while too many waited for their handlers, and answers to what was not asked. */
    readonly dropped: number;
    /** Messages, volatile ones too, that came to groups that this node was not in. */
    readonly refused: number;
    readonly received: number;
    /** Messages, requests and answers that arrived and did not fit their schema. */
    readonly invalid: number;
    /** Received with no handler and no subscriber for it; with schemas, of a type that is not declared as well. */
    readonly unhandled: number;
    /** How often a callback of the program threw. */
    readonly handlerErrors: number;
  };
  readonly bytes: { readonly sent: number; readonly received: number };
  readonly streams: StreamStats;
  /** Groups that this node is in, and the peers in them as far as they have said: one in two groups counts twice. */
  readonly groups: { readonly joined: number; readonly members: number };
  /** Refused sessions and links by code. */
  readonly refused: Readonly<Partial<Record<LanpeerErrorCode, number>>>;
  readonly discovery: DiscoveryStats;
  /** How often a notice of each code was told to have begun. */
  readonly notices: Readonly<Partial<Record<NoticeCode, number>>>;
  /** By id: peers that have a session, or had one not long ago; what was closed on purpose is forgotten. */
  readonly peers: Readonly<Record<DeviceId, PeerStats>>;
}
