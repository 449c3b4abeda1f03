import type { InspectionEvent, Observer } from 'xstate';
import type { Clock, Logger, Random } from '../environment.ts';
import type { Via } from '../protocol/via.ts';
import type { Access } from './access.ts';
import type { Device } from './devices.ts';
import type { LanpeerNode } from './node.ts';
import type { Peer, PropertyMap } from './peers.ts';
import type { MessageSchemas } from './schemas.ts';

export interface InspectorOptions {
  /** TCP port on 127.0.0.1, 0 to 65,535; default 0: any free one. */
  readonly port?: number;
  /** Shows the types and the beginnings of messages as well; default false. */
  readonly messages?: boolean;
}

export interface RecordingOptions {
  /** Path of the file, made for its owner alone (0600); one that is there is replaced and keeps its mode. */
  readonly file: string;
  /** Replaces names, addresses and ids by others that mean nothing; default false. */
  readonly mask?: boolean;
}

/**
 * Read once, by `createNode`. Undefined stands for the default; any other value that cannot work, null too, and an option
 * that is not known is `ERR_OPTION`, whose message names it and shows the value.
 */
export interface NodeOptions<Properties extends object = PropertyMap> {
  /** Shown to others; 1 to 63 bytes; default: the host name. */
  readonly name?: string;
  readonly access: Access;
  /**
   * What this node says of itself to each of its peers, as {@link Peer.properties}: a plain object with JSON values, at
   * most 4 KiB in CBOR; default none. {@link LanpeerNode.setProperties} replaces it. Else `ERR_OPTION`, `ERR_DATA` or
   * `ERR_TOO_LARGE`.
   */
  readonly properties?: Properties;
  /**
   * Directory that keeps the identity over restarts; without it the identity is for this run only and nothing is written.
   * It is made for its owner alone (0700) if it is not there. One that is there and that others may look into is left as
   * it is, and the state goes into a directory `lanpeer` inside it. `start()` rejects with `ERR_STATE_DIR`,
   * `ERR_STATE_IN_USE` or `ERR_KEY_FILE`. Node must have `node:sqlite`, which locks it.
   */
  readonly stateDir?: string;
  /**
   * IPv4 addresses or names of the interfaces to use, at least one, such as `['192.168.1.7']` or `['eth0']`; default: all
   * but loopback, or loopback when there is no other. One that is not there is waited for, and {@link LanpeerNode.notices$}
   * says so; while none is there, the node can be reached on this machine alone.
   */
  readonly interfaces?: readonly string[];
  /**
   * TCP port of the signalling server, 0 to 65,535; default 0: any free one. Below 1,024 announcements of it are not
   * followed: others are dialed by this node, or call `connect`.
   */
  readonly port?: number;
  /**
   * Schemas of all messages and requests, by type; default: none, and any type and any data will do. Then `createNode` knows
   * the types of their data. A type that is not among them is `ERR_TYPE`, and one that arrives reaches no handler. What is
   * sent is the data as it was given, and it has to fit (`ERR_SCHEMA`); what handlers, responders and callers get is the
   * output of the schema. What arrives and does not fit is counted (`stats().messages.invalid`), reported on `errors$` a
   * bounded number of times and goes no further; a request has `ERR_SCHEMA` as its answer. A schema may be asynchronous:
   * messages keep their order, and wait for it. It may not change what it gets. One that throws is reported as `ERR_HANDLER`,
   * and nothing fits it.
   */
  readonly messages?: MessageSchemas;
  /** mDNS on or off; default on. */
  readonly discovery?: boolean;
  /**
   * Whether a device that was heard is connected to; default true. What is neither true nor false, as a promise, counts as
   * false and is reported as `ERR_HANDLER`; so is a throw.
   */
  readonly autoConnect?: boolean | ((device: Device) => boolean);
  /**
   * Transports in order of preference; default `['webrtc', 'tls']`: the signalling session carries the records at once,
   * WebRTC is brought up beside it and takes over when it is up. A peer that does not allow `tls` is offered WebRTC at once.
   */
  readonly transports?: readonly Via[];
  /**
   * STUN and TURN servers for WebRTC, one URL each (RFC 7064, RFC 7065); default none, and none is ever asked then. With
   * none WebRTC goes to the address of a peer's session and to the networks of this machine, and nowhere else.
   */
  readonly iceServers?: readonly { readonly urls: string; readonly username?: string; readonly credential?: string }[];
  /** Largest message that this node takes, in bytes of its encoding, 1 MiB to 1 GiB; default 128 MiB. */
  readonly maxMessageBytes?: number;
  /**
   * Most values in a message that this node sends or takes: items of lists and fields of objects, at all depths; 1,000 to
   * 10,000,000, default 100,000. A value costs the receiver up to 0.4 KB of memory and a microsecond of time, however few
   * bytes it has on the way, so each million lets a member of the network cost this node 0.4 GB. What a peer would not take
   * is `ERR_TOO_LARGE`, what this node does not send `ERR_DATA`.
   */
  readonly maxMessageItems?: number;
  /**
   * Cap on peers, 1 to 256; default 64. Devices that were only heard of have half of it at most. Over it a peer that is
   * there takes the place of one that is away and never lasted for 30 s; others are refused with `ERR_PEER_LIMIT`.
   */
  readonly maxPeers?: number;
  /**
   * Where lines are logged; default: nowhere. A method that is missing, throws or rejects is reported once as
   * `ERR_HANDLER`.
   */
  readonly logger?: Logger;
  /** Time, for tests: all four methods. What it throws or gives that is no time is reported once, and the machine's own stands in. */
  readonly clock?: Clock;
  /** Chance, for tests. What it throws or gives that is not in [0, 1) is reported once, and 0.5 stands in. */
  readonly random?: Random;
  /** Any XState inspector: sees the node machine and every connection machine. One that throws is reported once. */
  readonly inspect?: Observer<InspectionEvent> | ((event: InspectionEvent) => void);
  /** Serves a page on 127.0.0.1 that shows every connection; default off. {@link LanpeerNode.inspect} gives links to it. */
  readonly inspector?: boolean | InspectorOptions;
  /** Writes what the machines take to a file, from each start to the stop: for `lanpeer inspect FILE`, and for replays. */
  readonly recording?: RecordingOptions;
}
