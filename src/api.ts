import type { Observable } from 'rxjs';
import type { InspectionEvent, Observer } from 'xstate';
import type { Device, DeviceChange, DiscoveryStats } from './adapters/discovery/port.ts';
import type { Clock, Logger, Random } from './environment.ts';
import type { LanpeerError, LanpeerErrorCode } from './errors.ts';
import type { ConnectionState, Reason } from './machines/reasons.ts';
import type { DeviceId } from './protocol/device-id.ts';
import type { Via } from './protocol/signal.ts';

/** Who may become a peer; required. `'open'` lets in every device on the network. */
export type Access =
  | 'open'
  | {
      /** Text from `lanpeer key`; every peer must prove that it holds the same. */
      readonly networkKey?: string;
      /** Ids that may become peers; with a key, both are required. */
      readonly allow?: Iterable<DeviceId>;
    };

/** A remote node whose identity is proven and that can be talked to now. */
export interface Peer {
  readonly id: DeviceId;
  /** What it calls itself: decoration, not identity. */
  readonly name: string;
  /** What carries the link now. */
  readonly via: Via;
  /** IP literal of the other end of the signalling session. */
  readonly address: string;
  /** Wall clock, ms, at which the current link opened. */
  readonly since: number;
}

/** Message types of a program and the data of each: any, unless they are declared. */
export type MessageMap = Record<string, unknown>;

/** What message types can be declared by: an interface or a type whose keys are the types. */
export type MessageTypes<Messages> = { readonly [Type in keyof Messages]: unknown };

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
  [Type in keyof Messages & string]: Message<Type, Messages[Type]>;
}[keyof Messages & string];

/** `delivered`: its handlers there have settled. `unsent`: never given to a link. `unknown`: it may have arrived. */
export type Fate = 'delivered' | 'unsent' | 'unknown';

/** An accepted message. */
export interface Receipt {
  /** Settles once the fate is known; never rejects. */
  readonly delivered: Promise<Fate>;
}

export type BroadcastResult =
  | { readonly ok: true; readonly receipt: Receipt }
  | { readonly ok: false; readonly error: LanpeerError };

/** One transition of a connection machine. */
export interface ConnectionChange {
  readonly id: DeviceId;
  readonly state: ConnectionState;
  /** State that was left; null when the connection appeared. */
  readonly previous: ConnectionState | null;
  readonly reason: Reason;
  /** Code behind the reason, where one is known. */
  readonly code: LanpeerErrorCode | null;
  readonly via: Via | null;
  /** Attempts since the last stable link; 0 while the first is not begun. */
  readonly attempt: number;
  /** Wall clock, ms, of the next attempt; null when none is planned. */
  readonly next: number | null;
  /** Wall clock, ms. */
  readonly at: number;
}

/** Something that was heard by mDNS: a hint, unauthenticated. */
export interface DeviceEvent {
  readonly change: Exclude<DeviceChange, 'heard'>;
  readonly device: Device;
}

export interface SendOptions {
  /** With false a full queue rejects at once with `ERR_BACKPRESSURE`; default true: wait for room. */
  readonly wait?: boolean;
  /** Gives up waiting for room with `ERR_ABORTED`; an accepted message is not recalled. */
  readonly signal?: AbortSignal;
}

export interface ConnectTarget {
  /** IP literal. */
  readonly address: string;
  readonly port: number;
  /** The id that must answer; without it whoever answers is taken, if access allows. */
  readonly id?: DeviceId;
  readonly signal?: AbortSignal;
}

/** Counters since start; what is refused, dropped or lost is counted here. */
export interface NodeStats {
  readonly connections: Readonly<Record<ConnectionState, number>>;
  readonly sessions: number;
  readonly messages: {
    readonly sent: number;
    readonly delivered: number;
    readonly undelivered: number;
    readonly received: number;
    /** Received with no handler and no subscriber for it. */
    readonly unhandled: number;
    /** Handlers and subscribers that threw. */
    readonly handlerErrors: number;
  };
  readonly bytes: { readonly sent: number; readonly received: number };
  /** Refused sessions and links by code. */
  readonly refused: Readonly<Partial<Record<LanpeerErrorCode, number>>>;
  readonly discovery: DiscoveryStats;
}

export interface NodeOptions {
  /** Shown to others; 1 to 63 bytes; default: the host name. */
  readonly name?: string;
  readonly access: Access;
  /** Keeps the identity over restarts; without it the identity is for this run only and nothing is written. */
  readonly stateDir?: string;
  /** IPv4 addresses of the interfaces to use; default: all but loopback, or loopback when there is no other. */
  readonly interfaces?: readonly string[];
  /** TCP port of the signalling server; default 0: any free one. */
  readonly port?: number;
  /** mDNS on or off; default on. */
  readonly discovery?: boolean;
  /** Whether a device that was heard is connected to; default true. */
  readonly autoConnect?: boolean | ((device: Device) => boolean);
  /** Transports in order of preference; default `['webrtc']`. */
  readonly transports?: readonly Via[];
  /** STUN and TURN servers for WebRTC; default none, and none is ever asked then. */
  readonly iceServers?: readonly { readonly urls: string; readonly username?: string; readonly credential?: string }[];
  /** Cap on peers, 1 to 256; default 64. */
  readonly maxPeers?: number;
  readonly logger?: Logger;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Any XState inspector: sees the node machine and every connection machine. */
  readonly inspect?: Observer<InspectionEvent> | ((event: InspectionEvent) => void);
}

/** A node on the local network. Every promise rejects with a {@link LanpeerError}. */
export interface LanpeerNode<Messages extends MessageTypes<Messages> = MessageMap> {
  /** Throws `ERR_NOT_RUNNING` before the first start. */
  readonly id: DeviceId;
  /** TCP port of the signalling server; 0 while not running. */
  readonly port: number;
  readonly name: string;
  readonly state: 'stopped' | 'starting' | 'running' | 'stopping';
  /** Current value first, then at every change. */
  readonly peers$: Observable<ReadonlyMap<DeviceId, Peer>>;
  /** Devices heard by mDNS now, by id: current value first. */
  readonly devices$: Observable<ReadonlyMap<DeviceId, Device>>;
  readonly deviceEvents$: Observable<DeviceEvent>;
  /** Hot: messages from now on. */
  readonly messages$: Observable<AnyMessage<Messages>>;
  /** Hot: every transition from now on. */
  readonly connections$: Observable<ConnectionChange>;
  /** Hot: faults that end nothing, among them handlers that threw (`ERR_HANDLER`). */
  readonly errors$: Observable<LanpeerError>;

  start(): Promise<void>;
  /** Flushes what was accepted (within a limit), says bye, leaves no socket, timer or subscription. Idempotent. */
  stop(): Promise<void>;
  /** Resolves with the peer once connected; concurrent calls for one peer share one attempt. */
  connect(target: ConnectTarget): Promise<Peer>;
  /** Says bye to a peer and keeps it away until somebody calls connect. */
  disconnect(id: DeviceId): Promise<void>;
  /** Resolves when accepted. Rejects with `ERR_NO_PEER`, `ERR_TYPE`, `ERR_DATA`, `ERR_TOO_LARGE`, `ERR_BACKPRESSURE`. */
  send<Type extends keyof Messages & string>(
    to: DeviceId,
    type: Type,
    data: Messages[Type],
    options?: SendOptions,
  ): Promise<Receipt>;
  /** One result per peer that is connected now. */
  broadcast<Type extends keyof Messages & string>(
    type: Type,
    data: Messages[Type],
    options?: SendOptions,
  ): Promise<ReadonlyMap<DeviceId, BroadcastResult>>;
  /**
   * Registers a handler; several may share a type. A message is acknowledged when its handlers have settled; one that
   * throws is reported on {@link errors$}. Returns the function that takes it off.
   */
  handle<Type extends keyof Messages & string>(
    type: Type,
    handler: (message: Message<Type, Messages[Type]>) => unknown,
  ): () => void;
  /**
   * Registers a handler of every message; acknowledgement waits for it as for the others, so that it can hold senders
   * back. Returns the function that takes it off.
   */
  handleAll(handler: (message: AnyMessage<Messages>) => unknown): () => void;
  stats(): NodeStats;
}
