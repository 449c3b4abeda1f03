import type { SignallingStep } from '../../api/diagnostics.ts';
import type { SessionChange } from '../../api/messages.ts';
import type { Notice } from '../../api/notices.ts';
import type { ConnectionChange } from '../../api/peers.ts';
import type { NodeStats, PeerStats } from '../../api/stats.ts';
import type { ConnectionState } from '../../machines/connection/reasons.ts';
import { type Bounded, bounded } from './bounded.ts';
import { createDiagnosisView, type DiagnosisView } from './diagnosis-events.ts';
import { type Limits, liveLimits } from './limits.ts';
import type { ErrorTraceEvent } from './report-events.ts';
import type { StreamsView } from './stream-events.ts';
import type {
  ConnectionSummary,
  DeviceTraceEvent,
  HelloEvent,
  MessageTraceEvent,
  PeerBody,
  StepEvent,
  Taken,
  Value,
} from './trace-events.ts';
import type { TransfersView } from './transfer-events.ts';

/** A state of a connection, or `heard`: mDNS told of it and nothing more. */
export type Shown = ConnectionState | 'heard';

export interface TakenAt extends Taken {
  readonly at: number;
}

/** A machine as it stands. */
export interface ActorView {
  value: Value | null;
  status: StepEvent['status'];
  /** The last edges that it took, oldest first. */
  recent: TakenAt[];
}

/** Per second. */
export interface Rates {
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export interface Figures<Stats> {
  readonly at: number;
  readonly stats: Stats;
  /** Null until there are two figures to compare. */
  readonly rates: Rates | null;
}

export interface PeerView {
  readonly id: string;
  /** As it last called itself. */
  name: string | null;
  state: Shown;
  readonly machine: ActorView;
  about: ConnectionSummary | null;
  peer: PeerBody | null;
  device: DeviceTraceEvent['device'];
  session: SessionChange['change'] | null;
  figures: Figures<PeerStats> | null;
  /** Null: none is open. */
  streams: StreamsView | null;
  /** Changes of state, and when the last one was. */
  changes: number;
  changedAt: number | null;
}

export interface NodeView {
  id: string | null;
  port: number;
  readonly machine: ActorView;
  figures: Figures<Omit<NodeStats, 'peers'>> | null;
  /** Of the last minutes. */
  readonly series: Bounded<Rates>;
}

interface Numbered {
  /** Rises with every entry of the model. */
  readonly no: number;
  readonly at: number;
}

export type ChangeEntry = Numbered &
  (
    | { readonly kind: 'change'; readonly change: ConnectionChange }
    /** Trace events are missing here. */
    | { readonly kind: 'gap'; readonly left: number }
  );

/** A machine went from state to state. */
export interface StepEntry extends Numbered {
  readonly kind: 'step';
  readonly step: StepEvent;
}

/** What happened on the way to a link; changes of state say where an attempt begins. */
export type SequenceEntry = Numbered &
  (
    | { readonly kind: 'signal'; readonly step: SignallingStep }
    | { readonly kind: 'session'; readonly change: SessionChange }
    | { readonly kind: 'change'; readonly change: ConnectionChange }
  );

export interface ErrorEntry extends Numbered {
  readonly error: ErrorTraceEvent;
}

export interface MessageEntry extends Numbered {
  readonly message: MessageTraceEvent;
}

/** Everything that the page shows, made of trace events. */
export interface Model {
  readonly limits: Limits;
  /** Trace events that were taken. */
  traceEvents: number;
  /** Entries that were numbered. */
  entries: number;
  /** Wall clock of the last trace event. */
  at: number;
  hello: HelloEvent | null;
  ended: boolean;
  /** Trace events that were left out, in all; `stale` until the next state of everything. */
  left: number;
  stale: boolean;
  readonly node: NodeView;
  readonly peers: Map<string, PeerView>;
  /** Names of peers that may be gone from {@link peers} but not from the histories. */
  readonly names: Map<string, string>;
  readonly changes: Bounded<ChangeEntry>;
  readonly steps: Bounded<StepEntry>;
  /** By peer; '' for those that have not proven their id. */
  readonly sequences: Map<string, Bounded<SequenceEntry>>;
  readonly errors: Bounded<ErrorEntry>;
  /** What stands of the surroundings of the node, by code. */
  readonly notices: Map<string, Notice>;
  readonly messages: Bounded<MessageEntry>;
  readonly diagnosis: DiagnosisView;
  /** Null: none was told of. */
  transfers: TransfersView | null;
}

export const createActorView = (): ActorView => ({ value: null, status: 'active', recent: [] });

export const createModel = (limits: Limits = liveLimits): Model => ({
  limits,
  traceEvents: 0,
  entries: 0,
  at: 0,
  hello: null,
  ended: false,
  left: 0,
  stale: false,
  node: { id: null, port: 0, machine: createActorView(), figures: null, series: bounded(180) },
  peers: new Map(),
  names: new Map(),
  changes: bounded(limits.changes),
  steps: bounded(limits.steps),
  sequences: new Map(),
  errors: bounded(limits.errors),
  notices: new Map(),
  messages: bounded(limits.messages),
  diagnosis: createDiagnosisView(),
  transfers: null,
});

export const nextNo = (model: Model): number => ++model.entries;
