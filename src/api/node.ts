import type { Observable } from 'rxjs';
import type { LanpeerError } from '../errors.ts';
import type { DeviceId } from '../protocol/device-id.ts';
import type { Access } from './access.ts';
import type { Device, DeviceEvent } from './devices.ts';
import type { DiagnoseOptions, Diagnosis } from './diagnosis.ts';
import type { Group, Groups } from './groups.ts';
import type { MessageCalls } from './message-calls.ts';
import type { AnyMessage, MessageMap, MessageTypes, SessionChange, Transfer } from './messages.ts';
import type { Notice, NoticeCode, NoticeEvent } from './notices.ts';
import type { ConnectionChange, ConnectTarget, Peer, PropertyMap } from './peers.ts';
import type { NodeStats } from './stats.ts';
import type { StreamCalls } from './streams.ts';
import type { TrustCalls } from './trust.ts';

/**
 * A node on the local network. Every promise rejects with a {@link LanpeerError}.
 *
 * Its streams stay the same objects for the life of the node. `stop()` completes what is subscribed to, after all that
 * ends with it was told; a later subscriber hears of the next run. `repeat()` of RxJS follows a node over restarts.
 */
export interface LanpeerNode<
  Messages extends MessageTypes<Messages> = MessageMap,
  Properties extends object = PropertyMap,
  Received extends MessageTypes<Messages> = Messages,
> extends MessageCalls<Messages, Received>,
    StreamCalls,
    TrustCalls {
  /** Throws `ERR_NOT_RUNNING` before the first start. */
  readonly id: DeviceId;
  /** TCP port of the signalling server; 0 while not running. */
  readonly port: number;
  readonly name: string;
  readonly state: 'stopped' | 'starting' | 'running' | 'stopping';
  /**
   * Tag of the network key that this node announces and proves, as in `networkTag` of a {@link Device}: the same for devices
   * with that key, and no secret. Null for a node without a key.
   */
  readonly networkTag: string | null;
  /** The value of {@link peers$} at this moment: another map after each change, empty while the node does not run. */
  readonly peers: ReadonlyMap<DeviceId, Peer<Properties>>;
  /** Current value first, then at every change; empty before it completes, and for subscribers between runs. */
  readonly peers$: Observable<ReadonlyMap<DeviceId, Peer<Properties>>>;
  /** The groups that peers are in, with the ids of these peers: current value first, then at every change. */
  readonly groups$: Observable<Groups>;
  /** Devices heard by mDNS now, by id: current value first; empty before it completes. */
  readonly devices$: Observable<ReadonlyMap<DeviceId, Device>>;
  readonly deviceEvents$: Observable<DeviceEvent>;
  /**
   * What stands now and keeps this node from hearing or reaching others, by code: current value first; empty before it
   * completes. Looked at every 2 s.
   */
  readonly notices$: Observable<ReadonlyMap<NoticeCode, Notice>>;
  /** Hot: notices that begin, change and end; told again and again they are bounded, see {@link NoticeEvent}. */
  readonly noticeEvents$: Observable<NoticeEvent>;
  /** Hot: messages from now on, until the stop. */
  readonly messages$: Observable<AnyMessage<Messages, Received>>;
  /** Hot: every transition from now on; the last ones of a run are to `closed`. */
  readonly connections$: Observable<ConnectionChange>;
  /** Hot: what happened to sessions; the last ones of a run are `ended`. */
  readonly sessions$: Observable<SessionChange>;
  /** Hot: how far large messages have come, both ways. */
  readonly transfers$: Observable<Transfer>;
  /**
   * Hot: faults that end nothing, among them callbacks that threw (`ERR_HANDLER`, the value as `cause`). With neither a
   * subscriber nor a `logger`, faults that unauthenticated devices cannot cause are printed by `process.emitWarning`:
   * `LanpeerWarning` with the code, once for each kind. What a subscriber of this stream throws is not told here.
   * Completes last, so that the faults of a stop are told as well.
   */
  readonly errors$: Observable<LanpeerError>;

  /**
   * Resolves once the node runs; at once if it does. After a `stop` it waits for the end of that. Rejects with
   * `ERR_NOT_RUNNING` when a `stop` overtakes it, else with why it cannot start: `ERR_PORT_IN_USE`, `ERR_LISTEN`,
   * `ERR_STATE_DIR`, `ERR_STATE_IN_USE`, `ERR_KEY_FILE`, `ERR_TRUST_FILE`, `ERR_INSPECTOR`, `ERR_RECORDING`. Then
   * nothing is open, no stream completes, and it may be called again.
   */
  start(): Promise<void>;
  /**
   * Flushes what was accepted (for 1 s at most), says bye, leaves no socket, timer or subscription: every stream
   * completes before it resolves. Takes effect at once, also while the node starts; calls that wait for the node to run
   * reject. Idempotent, never rejects. Of `start` and `stop` the last call wins.
   */
  stop(): Promise<void>;
  /**
   * Resolves with the peer once connected; concurrent calls for one peer share one attempt. Dials at once, with `id`
   * every address that is known of the peer. Settles mostly within seconds, after 48 s at most (30 s of dials, 18 s of
   * links), not counting time for which it waits behind other dials of this node; without `id` a dial of at most 12 s
   * comes before that.
   *
   * Rejects when the attempt fails: with `ERR_REFUSED`, `ERR_UNREACHABLE`, `ERR_TIMEOUT`, `ERR_PROTOCOL`,
   * `ERR_IDENTITY_MISSING`, `ERR_IDENTITY_MISMATCH`, `ERR_SIGNALLING`, `ERR_TRANSPORT`, `ERR_BUSY` when it was not
   * reached; `ERR_NETWORK_KEY`, `ERR_NOT_ALLOWED`, `ERR_NOT_TRUSTED`, `ERR_VERSION` when one side does not want the other; `ERR_SELF`,
   * `ERR_PEER_LIMIT`, `ERR_OPTION`, `ERR_INSTANCE`; `ERR_CLOSED` when either side disconnects meanwhile; `ERR_ABORTED` by its `signal`;
   * `ERR_NOT_RUNNING` when the node does not run, or stops meanwhile.
   *
   * After a failure the node goes on dialing with a back-off of up to 30 s: a device that mDNS still hears about once a
   * minute for ever, any other for 10 minutes without success, and then when there is a reason to, as `connections$`
   * tells (`next`, `gaveUp`). `disconnect` ends that, or aborting another
   * `connect` that waits for the peer. An aborted call ends what it began, unless the attempt has another reason, does
   * not keep the peer away and leaves no address behind. A dial without `id` is not tried again.
   */
  connect(target: ConnectTarget): Promise<Peer<Properties>>;
  /**
   * Says bye to a peer, after what was accepted for it (1 s at most), and keeps it away until `connect` is called.
   * Calls of `connect` that wait for it reject with `ERR_CLOSED`. Rejects with `ERR_NOT_RUNNING`.
   */
  disconnect(id: DeviceId): Promise<void>;
  /**
   * Changes which devices may become peers, without a restart; it replaces the option `access` as a whole, also of a
   * node that does not run. Throws `ERR_ACCESS_REQUIRED`, `ERR_NETWORK_KEY_FORMAT`, `ERR_OPTION`, or `ERR_TRUST_FILE` with
   * `trust` where the file is damaged; then nothing has changed.
   *
   * A peer that is no longer let in is closed (`denied`, `ERR_NOT_ALLOWED`), and what was sent to it has its outcome at once.
   * Links and signalling sessions that were proven by a key that is not there any more end (`link-lost`,
   * `ERR_NETWORK_KEY`); their peers are dialed at once, and sessions of messages go on over the next link. Others keep
   * theirs. A device that was refused before is dialed again at once, as far as it is heard or a connection to it is
   * being tried.
   */
  setAccess(access: Access): void;
  /**
   * Joins a group, also of a node that does not run; the node stays in it over stops and starts. Its peers are told. A group
   * that is joined twice is left when both have left it: each part of a program may join for itself. Throws `ERR_GROUP` for
   * what is no name of 1 to 64 bytes, `ERR_GROUP_LIMIT` for the 257th group.
   */
  join(group: string): Group<Messages, Properties, Received>;
  /**
   * Replaces what this node says of itself, as a whole, also of a node that does not run; it is captured before the call
   * returns. Each peer gets the newest value: the first change at once, then one every 50 ms at most. Throws `ERR_OPTION`
   * for what is no plain object, `ERR_DATA` for what is not JSON, `ERR_TOO_LARGE` over 4 KiB in CBOR; nothing has changed then.
   */
  setProperties(properties: Properties): void;
  stats(): NodeStats;
  /**
   * What keeps this node from its peers, and what to do about it: looks at this machine, at what was heard and dialed, and
   * asks the network once by mDNS. Changes nothing, unless a `peer` is named that has to be dialed first. Takes 3 s at most, 10 s
   * with a `peer`, unless `timeout` says otherwise. Rejects with
   * `ERR_NOT_RUNNING`, `ERR_OPTION`, or `ERR_ABORTED` by its `signal`.
   */
  diagnose(options?: DiagnoseOptions): Promise<Diagnosis>;
  /**
   * A link to the page that shows this node; it works once, and on this machine only. Opens the page if the option
   * `inspector` did not. Rejects with `ERR_NOT_RUNNING`, `ERR_PORT_IN_USE` or `ERR_INSPECTOR`.
   */
  inspect(): Promise<string>;
}
