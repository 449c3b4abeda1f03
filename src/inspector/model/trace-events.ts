import type { SignallingStep } from '../../api/diagnostics.ts';
import type { SessionChange } from '../../api/messages.ts';
import type { Notice } from '../../api/notices.ts';
import type { ConnectionChange, Peer } from '../../api/peers.ts';
import type { NodeStats, PeerStats } from '../../api/stats.ts';
import type { ObservedInputs } from '../../node/observer.ts';
import type { DiagnosisEvent } from './diagnosis-events.ts';
import type { ErrorTraceEvent, NoticeTraceEvent } from './report-events.ts';
import type { StreamsEvent } from './stream-events.ts';
import type { TransfersEvent } from './transfer-events.ts';

/** Version of the trace events; a page or a replay that does not know it says so. */
export const format = 'lanpeer-trace/2';

/** A state value as XState gives it: `'new'`, `{ connected: { suspect: 'silent' } }`. */
export type Value = string | { readonly [key: string]: Value | undefined };

/** Where a machine went: an edge of its chart, as the ids in `diagrams/*.svg` name it. */
export interface Taken {
  /** Paths of states, keys joined by dots; '' is the whole machine. */
  readonly from: string;
  readonly to: string;
  /** Event and guard: one line of the edge's text. */
  readonly label: string;
}

/** What a person wants to know of a connection, out of the context of its machine. */
export interface ConnectionSummary extends Omit<ConnectionChange, 'id' | 'previous' | 'at'> {
  /** Epoch of the link; 0 for none. */
  readonly epoch: number;
  /** Authenticated signalling sessions. */
  readonly signallingSessions: number;
}

/** The first trace event of every stream and file. */
export interface HelloEvent {
  readonly t: 'hello';
  readonly format: typeof format;
  readonly at: number;
  /** Of lanpeer. */
  readonly version: string;
  readonly id: string | null;
  readonly name: string;
  readonly port: number;
  /** False: a recording, which ends with an {@link EndEvent}. */
  readonly live: boolean;
  /** Names, addresses and ids are replaced. */
  readonly masked: boolean;
}

/** A machine came to be: `node`, or `peer:<id>`. */
export interface ActorEvent {
  readonly t: 'actor';
  readonly at: number;
  readonly actor: string;
  readonly machine: 'node' | 'connection';
  readonly value: Value;
  readonly about?: ConnectionSummary;
  /** What the machine was made with, for a replay. */
  readonly input: Readonly<Record<string, unknown>>;
}

/** A machine took an event. */
export interface StepEvent {
  readonly t: 'step';
  readonly at: number;
  readonly actor: string;
  /** The facts of the event; no payload ever enters a machine. */
  readonly event: { readonly type: string; readonly [fact: string]: unknown };
  /** Value and summary after it. */
  readonly value: Value;
  readonly status: 'active' | 'done' | 'stopped' | 'error';
  /** Edges in the order in which they were taken; none if the event changed no state. */
  readonly taken: readonly Taken[];
  readonly about?: ConnectionSummary;
  /** True for an event that another machine of the node sent: it follows from what that one took. */
  readonly inner?: true;
  /** What the machine read from outside while it took the event. */
  readonly drawn?: ObservedInputs;
}

/** A transition that programs see, as on `connections$`. */
export interface ChangeEvent {
  readonly t: 'change';
  readonly at: number;
  readonly change: ConnectionChange;
}

/** A peer as it was told; recordings of before its properties and groups do not have them. */
export type PeerBody = Omit<Peer, 'id' | 'properties' | 'groups'> & Partial<Pick<Peer, 'properties' | 'groups'>>;

/** A peer that is connected, or no more. */
export interface PeerEvent {
  readonly t: 'peer';
  readonly at: number;
  readonly id: string;
  readonly peer: PeerBody | null;
}

/** Something that was heard by mDNS. */
export interface DeviceTraceEvent {
  readonly t: 'device';
  readonly at: number;
  readonly id: string;
  readonly device: { readonly name: string; readonly addresses: readonly string[]; readonly port: number } | null;
}

export interface SessionEvent {
  readonly t: 'session';
  readonly at: number;
  readonly change: SessionChange;
}

/** A step of signalling: a dial, a session, an offer. */
export interface SignalEvent {
  readonly t: 'signal';
  readonly at: number;
  readonly step: SignallingStep;
}

/** Counters, cumulative; told about once a second while a page is open. Not recorded. */
export interface FiguresEvent {
  readonly t: 'figures';
  readonly at: number;
  readonly stats: Omit<NodeStats, 'peers'>;
  readonly peers: Readonly<Record<string, PeerStats>>;
}

/** A message, only where the node was asked to show them. Not recorded. */
export interface MessageTraceEvent {
  readonly t: 'message';
  readonly at: number;
  readonly direction: 'in' | 'out';
  readonly peer: string;
  readonly type: string;
  /** The beginning of its data as JSON text. */
  readonly preview: string;
}

/** Trace events were left out: what follows up to the next {@link StateEvent} has holes. */
export interface GapEvent {
  readonly t: 'gap';
  readonly at: number;
  readonly left: number;
}

/** How everything stands now. What it does not name is gone. */
export interface StateEvent {
  readonly t: 'state';
  readonly at: number;
  readonly node: { readonly id: string | null; readonly port: number };
  readonly actors: readonly Omit<ActorEvent, 't' | 'at' | 'input'>[];
  readonly peers: readonly Omit<PeerEvent, 't' | 'at'>[];
  readonly devices: readonly Omit<DeviceTraceEvent, 't' | 'at'>[];
  /** Missing in files of versions before. */
  readonly notices?: readonly Notice[];
}

/** The end of a recording. */
export interface EndEvent {
  readonly t: 'end';
  readonly at: number;
}

/**
 * What the inspector sends to its page, and what a recording holds, one JSON object a line. Over the WebSocket they come
 * in arrays. `at` is the wall clock of the node, ms, everywhere.
 */
export type TraceEvent =
  | HelloEvent
  | ActorEvent
  | StepEvent
  | ChangeEvent
  | PeerEvent
  | DeviceTraceEvent
  | SessionEvent
  | SignalEvent
  | ErrorTraceEvent
  | NoticeTraceEvent
  | FiguresEvent
  | MessageTraceEvent
  | StreamsEvent
  | DiagnosisEvent
  | TransfersEvent
  | GapEvent
  | StateEvent
  | EndEvent;
