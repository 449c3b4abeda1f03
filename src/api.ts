import type { Observable } from 'rxjs';
import type { InspectionEvent, Observer } from 'xstate';
import type { Device, DeviceChange, DiscoveryStats } from './adapters/discovery/port.ts';
import type { Clock, Logger, Random } from './environment.ts';
import type { LanpeerError, LanpeerErrorCode } from './errors.ts';
import type { ConnectionState, Reason } from './machines/reasons.ts';
import type { DeviceId } from './protocol/device-id.ts';
import type { Via } from './protocol/via.ts';

/**
 * Who may become a peer; required. `'open'` lets in every device on the network, `{ open: true, deny }` every one but
 * those.
 */
export type Access =
  | 'open'
  | {
      readonly open: true;
      /** Ids that may not become peers. */
      readonly deny?: Iterable<DeviceId>;
    }
  | {
      readonly open?: false;
      /**
       * Text from `lanpeer key`; every peer must prove that it holds the same. Of several, at most 4, the first is announced
       * and proven, and the others are accepted as well, while a network changes its key; one that comes twice counts once.
       */
      readonly networkKey?: string | readonly string[];
      /** Ids that may become peers, at most 65,536; with a key, both are required. An empty list lets nobody in. */
      readonly allow?: Iterable<DeviceId>;
      /** Ids that may not, whatever they prove: that of a device that was stolen, or copied. */
      readonly deny?: Iterable<DeviceId>;
    };

/** A remote node whose identity is proven and that can be talked to now. */
export interface Peer {
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
}

/**
 * Message types of a program and the data of each; for a request a function from its data to its answer. Any type and
 * any data, unless they are declared.
 */
export type MessageMap = Record<string, unknown>;

/** What message types can be declared by: an interface or a type whose keys are the types. */
export type MessageTypes<Messages> = { readonly [Type in keyof Messages]: unknown };

type AnyCall = (data: never) => unknown;

/** The types of `Messages` that are messages. */
export type MessageType<Messages> = {
  [Type in keyof Messages & string]: Messages[Type] extends AnyCall ? never : Type;
}[keyof Messages & string];

/** The types of `Messages` that are requests. */
export type RequestType<Messages> = {
  [Type in keyof Messages & string]: unknown extends Messages[Type]
    ? Type
    : Messages[Type] extends AnyCall
      ? Type
      : never;
}[keyof Messages & string];

/** The data of a request that is declared as `(data) => answer`. */
export type RequestData<Call> = Call extends (data: infer Data) => unknown ? Data : unknown;

/** Its answer; a responder may give a promise of it. */
export type RequestAnswer<Call> = Call extends (data: never) => infer Answer ? Answer : unknown;

/** A message as handlers and streams get it. */
export interface Message<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly data: Data;
  /** Set from the link that it came over, never read from the wire. */
  readonly senderId: DeviceId;
  /** Sender's wall clock, ms since the epoch, may have a fraction. */
  readonly timestamp: number;
}

/** Each type of `Messages` as a {@link Message}, as one union that `type` discriminates. */
export type AnyMessage<Messages extends MessageTypes<Messages>> = {
  [Type in MessageType<Messages>]: Message<Type, Messages[Type]>;
}[MessageType<Messages>];

/** A request as responders get it. */
export type RequestContext<Type extends string = string, Data = unknown> = Message<Type, Data>;

/**
 * `delivered`: its handlers there have settled. `unsent`: it certainly did not arrive; it may be sent again. `unknown`:
 * it may have arrived, an acknowledgement can be lost with a process.
 */
export type Fate = 'delivered' | 'unsent' | 'unknown';

/** An accepted message. */
export interface Receipt {
  /** Settles once the fate is known; never rejects. */
  readonly delivered: Promise<Fate>;
}

export type BroadcastResult =
  | { readonly ok: true; readonly receipt: Receipt }
  | { readonly ok: false; readonly error: LanpeerError };

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

/** Something that was heard by mDNS: a hint, unauthenticated. */
export interface DeviceEvent {
  readonly change: Exclude<DeviceChange, 'heard'>;
  readonly device: Device;
}

/** The codes of notices. */
export type NoticeCode = Extract<
  LanpeerErrorCode,
  | 'ERR_NO_NETWORK'
  | 'ERR_INTERFACE_UNKNOWN'
  | 'ERR_DISCOVERY'
  | 'ERR_ALONE'
  | 'ERR_UNREACHABLE'
  | 'ERR_VERSION'
  | 'ERR_NETWORK_KEY'
  | 'ERR_NOT_ALLOWED'
>;

/**
 * Something about the surroundings that keeps a node from hearing others or from reaching them, for as long as it is so.
 * It ends nothing and need not be a fault: a first device is alone.
 */
export interface Notice {
  /** At most one of each code stands at a time. */
  readonly code: NoticeCode;
  /** What is so, and what a person can do about it: one line. */
  readonly message: string;
  /** Wall clock, ms, since when. */
  readonly since: number;
}

/** `changed`: it stands with another message. Of one code three are told at once at most, then one a minute. */
export interface NoticeEvent {
  readonly change: 'begun' | 'changed' | 'ended';
  readonly notice: Notice;
  /** Wall clock, ms. */
  readonly at: number;
}

/** Read once, at the call; an option that is not known is `ERR_OPTION`, as with all options. */
export interface SendOptions {
  /** With false a full queue rejects at once with `ERR_BACKPRESSURE`; default true: wait for room. */
  readonly wait?: boolean;
  /**
   * Gives up waiting for room with `ERR_ABORTED`; an accepted message is not recalled. A signal of another realm or of a
   * polyfill will do.
   */
  readonly signal?: AbortSignal;
  /**
   * At most once, for what is worth nothing when it is late: not sent again after a cut, rejected with `ERR_NO_PEER`
   * while there is no link, and its fate is never `delivered`. It passes large messages. At most 8 MiB.
   */
  readonly volatile?: boolean;
}

export interface RequestOptions {
  /**
   * Milliseconds for the answer, waiting for room included; 0 to 2,147,483,647, default 30,000. Infinity: no limit; 0 ends
   * at once.
   */
  readonly timeout?: number;
  /** Gives up with `ERR_ABORTED`; the responder is not told. */
  readonly signal?: AbortSignal;
}

export type RequestResult<Answer> =
  | { readonly ok: true; readonly data: Answer }
  | { readonly ok: false; readonly error: LanpeerError };

/**
 * What happened to the session with a peer, which outlives its links. `opened`: the first link. `resumed`: another link
 * after a time without one, and nothing was lost; a link that takes over from one that is there is not told. `ended`: what this side had sent and had no fate yet has one now. `gap`: the other side began
 * anew, after a restart or an outage that was too long: messages that it had sent before may never come.
 */
export interface SessionChange {
  readonly id: DeviceId;
  readonly change: 'opened' | 'resumed' | 'ended' | 'gap';
  /** Wall clock, ms. */
  readonly at: number;
}

/** How far a message of more than 1 MiB has come. */
export interface Transfer {
  readonly peerId: DeviceId;
  readonly direction: 'in' | 'out';
  /** Tells the messages of one peer and direction apart. */
  readonly no: number;
  /** Bytes of its payload that the receiver has. */
  readonly bytes: number;
  readonly total: number;
}

export interface ConnectTarget {
  /** IPv4 literal; not a host name, and not IPv6, which no node listens on so far. */
  readonly address: string;
  /** 1 to 65,535. */
  readonly port: number;
  /** The id that must answer; without it whoever answers is taken, if access allows. */
  readonly id?: DeviceId;
  /**
   * Gives up with `ERR_ABORTED`, whose `cause` is the reason of the signal; one that is aborted already comes before
   * everything else. The attempt ends with the last call that waits for it, unless somebody else wants it.
   */
  readonly signal?: AbortSignal;
}

/**
 * Counters of one peer, from its first link until its connection is closed on purpose or an outage lasted so long that
 * nobody needs to know of it any more. Messages are those of `send` and `broadcast`.
 */
export interface PeerStats {
  readonly messages: { readonly sent: number; readonly received: number };
  /** Bytes of records on its links. */
  readonly bytes: { readonly sent: number; readonly received: number };
  /** Accepted and without a fate yet: messages and requests, and the bytes of their payloads. */
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
    readonly received: number;
    /** Received with no handler and no subscriber for it. */
    readonly unhandled: number;
    /** How often a callback of the program threw. */
    readonly handlerErrors: number;
  };
  readonly bytes: { readonly sent: number; readonly received: number };
  /** Refused sessions and links by code. */
  readonly refused: Readonly<Partial<Record<LanpeerErrorCode, number>>>;
  readonly discovery: DiscoveryStats;
  /** How often a notice of each code was told to have begun. */
  readonly notices: Readonly<Partial<Record<NoticeCode, number>>>;
  /** By id: who has a session, or had one not long ago; what was closed on purpose is forgotten. */
  readonly peers: Readonly<Record<DeviceId, PeerStats>>;
}

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
export interface NodeOptions {
  /** Shown to others; 1 to 63 bytes; default: the host name. */
  readonly name?: string;
  readonly access: Access;
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
  readonly messageBytes?: number;
  /**
   * Most values in a message that this node sends or takes: items of lists and fields of objects, at all depths; 1,000 to
   * 10,000,000, default 100,000. A value costs the receiver up to 0.4 KB of memory and a microsecond of time, however few
   * bytes it has on the way, so each million lets a member of the network cost this node 0.4 GB. What a peer would not take
   * is `ERR_TOO_LARGE`, what this node does not send `ERR_DATA`.
   */
  readonly messageItems?: number;
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

/**
 * A node on the local network. Every promise rejects with a {@link LanpeerError}.
 *
 * Its streams stay the same objects for the life of the node. `stop()` completes what is subscribed to, after all that
 * ends with it was told; who subscribes later hears of the next run. `repeat()` of RxJS follows a node over restarts.
 */
export interface LanpeerNode<Messages extends MessageTypes<Messages> = MessageMap> {
  /** Throws `ERR_NOT_RUNNING` before the first start. */
  readonly id: DeviceId;
  /** TCP port of the signalling server; 0 while not running. */
  readonly port: number;
  readonly name: string;
  readonly state: 'stopped' | 'starting' | 'running' | 'stopping';
  /** Current value first, then at every change; empty before it completes, and for who subscribes between runs. */
  readonly peers$: Observable<ReadonlyMap<DeviceId, Peer>>;
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
  readonly messages$: Observable<AnyMessage<Messages>>;
  /** Hot: every transition from now on; the last ones of a run are to `closed`. */
  readonly connections$: Observable<ConnectionChange>;
  /** Hot: what happened to sessions; the last ones of a run are `ended`. */
  readonly sessions$: Observable<SessionChange>;
  /** Hot: how far large messages have come, both ways. */
  readonly transfers$: Observable<Transfer>;
  /**
   * Hot: faults that end nothing, among them callbacks that threw (`ERR_HANDLER`, the value as `cause`). While nobody
   * subscribes and there is no `logger`, faults that strangers cannot cause are printed by `process.emitWarning`, as
   * `LanpeerWarning` with the code, once for each kind. What a subscriber of this stream throws is not told here.
   * Hot: faults that end nothing, among them handlers that threw (`ERR_HANDLER`). Completes last, so that the faults of
   * a stop are told as well.
   */
  readonly errors$: Observable<LanpeerError>;

  /**
   * Resolves once the node runs; at once if it does. After a `stop` it waits for the end of that. Rejects with
   * `ERR_NOT_RUNNING` when a `stop` overtakes it, else with why it cannot start: `ERR_PORT_IN_USE`, `ERR_LISTEN`,
   * `ERR_STATE_DIR`, `ERR_STATE_IN_USE`, `ERR_KEY_FILE`, `ERR_INSPECTOR`, `ERR_RECORDING`. Then
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
   * reached; `ERR_NETWORK_KEY`, `ERR_NOT_ALLOWED`, `ERR_VERSION` when one side does not want the other; `ERR_SELF`,
   * `ERR_PEER_LIMIT`, `ERR_OPTION`, `ERR_INSTANCE`; `ERR_CLOSED` when either side disconnects meanwhile; `ERR_ABORTED` by its `signal`;
   * `ERR_NOT_RUNNING` when the node does not run, or stops meanwhile.
   *
   * After a failure the node goes on dialing with a back-off of up to 30 s: a device that mDNS still hears about once a
   * minute for ever, any other for 10 minutes without success, and then when there is a reason to, as `connections$`
   * tells (`next`, `gaveUp`). `disconnect` ends that, or aborting another
   * `connect` that waits for the peer. Where nobody else wants the peer an aborted call ends what it began, keeps nobody
   * away and leaves no address behind. A dial without `id` is not tried again.
   */
  connect(target: ConnectTarget): Promise<Peer>;
  /**
   * Says bye to a peer, after what was accepted for it (1 s at most), and keeps it away until somebody calls connect.
   * Calls of `connect` that wait for it reject with `ERR_CLOSED`. Rejects with `ERR_NOT_RUNNING`.
   */
  disconnect(id: DeviceId): Promise<void>;
  /**
   * Resolves when the message is accepted: then it is handed over exactly once and in order over any number of links,
   * while both processes live and no outage lasts 5 minutes; else its fate is told. Waits while the window to the peer is
   * full. The data is captured before the call returns, bytes among it: the program may use them again. It arrives equal, or
   * it is `ERR_DATA`, which says what to give instead. In a callback that tells of a connected peer it goes to the run of the
   * peer that is there now. Rejects with `ERR_NO_PEER`, `ERR_TYPE`, `ERR_DATA`, `ERR_TOO_LARGE`, `ERR_BACKPRESSURE`,
   * `ERR_ABORTED`, `ERR_OPTION`.
   */
  send<Type extends MessageType<Messages>>(
    to: DeviceId,
    type: Type,
    data: Messages[Type],
    options?: SendOptions,
  ): Promise<Receipt>;
  /** One result per peer that is connected now. Rejects with `ERR_TYPE` or `ERR_DATA`; the data is captured as by {@link send}. */
  broadcast<Type extends MessageType<Messages>>(
    type: Type,
    data: Messages[Type],
    options?: SendOptions,
  ): Promise<ReadonlyMap<DeviceId, BroadcastResult>>;
  /**
   * Registers a handler; several may share a type. A message is acknowledged when its handlers have settled, and a promise
   * of a handler is waited for. One that throws or rejects is reported on {@link errors$} as `ERR_HANDLER`, and the sender
   * is told `delivered` all the same. The message is the program's to keep; its handlers share one object. Returns the
   * function that takes it off. Throws `ERR_TYPE`, and `ERR_OPTION` for what is no function.
   */
  handle<Type extends MessageType<Messages>>(
    type: Type,
    handler: (message: Message<Type, Messages[Type]>) => unknown,
  ): () => void;
  /**
   * Registers a handler of every message; acknowledgement waits for it as for the others, so that it can hold senders
   * back. Returns the function that takes it off. Throws `ERR_OPTION` for what is no function.
   */
  handleAll(handler: (message: AnyMessage<Messages>) => unknown): () => void;
  /**
   * Asks a peer and resolves with its answer. Requests and answers pass large messages, and do not wait for the handlers
   * of messages: a handler may await a request to the sender of its message. At most 256 are open with a peer; others
   * wait. The data is captured before the call returns, also where the request waits. Rejects with `ERR_TIMEOUT`,
   * `ERR_ABORTED`, `ERR_NO_PEER`, `ERR_TYPE`, `ERR_DATA`, `ERR_TOO_LARGE`, `ERR_OPTION`; with
   * `ERR_UNSENT` or `ERR_UNKNOWN_OUTCOME` when the session ended first; with `ERR_NO_RESPONDER` or `ERR_BUSY` of the
   * peer; or with the error that the responder threw: with its code if that is one of lanpeer's, else with
   * `ERR_RESPONDER` and its code as `remoteCode`.
   */
  request<Type extends RequestType<Messages>>(
    to: DeviceId,
    type: Type,
    data: RequestData<Messages[Type]>,
    options?: RequestOptions,
  ): Promise<Awaited<RequestAnswer<Messages[Type]>>>;
  /** Asks every peer that is connected now: one result each. Rejects with `ERR_TYPE` or `ERR_DATA`, before anybody is asked. */
  requestAll<Type extends RequestType<Messages>>(
    type: Type,
    data: RequestData<Messages[Type]>,
    options?: RequestOptions,
  ): Promise<ReadonlyMap<DeviceId, RequestResult<Awaited<RequestAnswer<Messages[Type]>>>>>;
  /**
   * Registers the responder of a type of request; each has one (`ERR_OPTION`). Throws as {@link handle}. What it returns is captured when it returns,
   * or when its promise settles. What it throws is the answer, and is reported on {@link errors$} as `ERR_HANDLER`; so is an
   * answer that cannot be carried. Returns the function that takes it off.
   */
  respond<Type extends RequestType<Messages>>(
    type: Type,
    responder: (
      request: RequestContext<Type, RequestData<Messages[Type]>>,
    ) => RequestAnswer<Messages[Type]> | Promise<Awaited<RequestAnswer<Messages[Type]>>>,
  ): () => void;
  /**
   * Changes who may become a peer, without a restart; it replaces the option `access` as a whole, also of a node that does
   * not run. Throws `ERR_ACCESS_REQUIRED`, `ERR_NETWORK_KEY_FORMAT` or `ERR_OPTION`, and then nothing has changed.
   *
   * A peer that is no longer let in is closed (`denied`, `ERR_NOT_ALLOWED`), and what was sent to it has its fate at once.
   * Links and signalling sessions that were proven by a key that is not there any more end (`link-lost`,
   * `ERR_NETWORK_KEY`); their peers are dialed at once, and sessions of messages go on over the next link. Others keep
   * theirs. Who was refused before is dialed again at once, as far as it is heard or a connection to it is being tried.
   */
  setAccess(access: Access): void;
  stats(): NodeStats;
  /**
   * A link to the page that shows this node; it works once, and on this machine only. Opens the page if the option
   * `inspector` did not. Rejects with `ERR_NOT_RUNNING`, `ERR_PORT_IN_USE` or `ERR_INSPECTOR`.
   */
  inspect(): Promise<string>;
}
