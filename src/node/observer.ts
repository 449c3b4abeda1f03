import type { DiagnoseOptions, Diagnosis } from '../api/diagnosis.ts';
import type { SignallingStep } from '../api/diagnostics.ts';
import type { Notice, NoticeEvent } from '../api/notices.ts';
import type { InspectorOptions, RecordingOptions } from '../api/options.ts';
import type { NodeStats } from '../api/stats.ts';
import type { Clock } from '../environment.ts';
import type { LanpeerError } from '../errors.ts';
import type { NodeActorRef } from '../machines/node/machine.ts';
import type { NodeStreams } from '../streams/node-streams.ts';
import type { ObservedTransfer } from '../util/observed-transfers.ts';

/** A message that the program sent or received. */
export interface ObservedMessage {
  readonly direction: 'in' | 'out';
  readonly peer: string;
  readonly type: string;
  readonly data: unknown;
}

/** A byte stream that is open, in bytes since its beginning. */
export interface ObservedStream {
  /** Even: opened by this node. One of each message session. */
  readonly number: number;
  readonly type: string;
  readonly opener: 'local' | 'remote';
  /** What this program wrote, how much of it the other one has read, and how much more may be sent now. */
  readonly sent: { readonly written: number; readonly read: number; readonly credit: number };
  /** What has come, how much of it this program has read, and how much more the peer may send now. */
  readonly received: { readonly arrived: number; readonly read: number; readonly credit: number };
}

/** The open streams with one peer. */
export interface ObservedStreams {
  readonly peer: string;
  /** The oldest ones. */
  readonly streams: readonly ObservedStream[];
  /** All of them. */
  readonly count: number;
}

/** What a connection machine was told of the clocks and of chance, in order: a replay needs the same. */
export interface ObservedInputs {
  /** Numbers in [0, 1). */
  readonly random?: readonly number[];
  /** Monotonic times, ms. */
  readonly monotonic?: readonly number[];
  /** Wall clock, ms. */
  readonly now?: readonly number[];
}

/** What an observer sees of a node; it changes nothing. A diagnosis asks by mDNS and at the peer that is named. */
export interface NodeView {
  readonly actor: NodeActorRef;
  readonly streams: NodeStreams;
  readonly clock: Clock;
  readonly name: string;
  /** Null before the first start. */
  id(): string | null;
  port(): number;
  stats(): NodeStats;
  /** What stands now. */
  notices(): Iterable<Notice>;
  watchNotices(listener: (event: NoticeEvent) => void): () => void;
  watchSignalling(listener: (step: SignallingStep) => void): () => void;
  watchMessages(listener: (message: ObservedMessage) => void): () => void;
  /** The streams that are open now, by peer; of each at most `most`, the oldest first. */
  openStreams(most: number): Iterable<ObservedStreams>;
  /** Files on their way, and the last that are over, as what is built upon the node shows them. */
  transfers(): readonly ObservedTransfer[];
  /** Keeps the inputs of the machines from now on, until the returned function is called; {@link takeInputs} has to be called then. */
  keepInputs(): () => void;
  /** Those of the connection with that peer since the last call. */
  takeInputs(id: string): ObservedInputs | undefined;
  /** Rejects as `diagnose` of a node does. */
  diagnose(options: DiagnoseOptions): Promise<Diagnosis>;
  report(error: LanpeerError): void;
}

/** The page of a node. */
export interface InspectorPage {
  readonly port: number;
  /** Lets its holder ask for links. */
  readonly owner: string;
  /** A link to the page; it works once, and for the browser that followed it the page does from then on. */
  link(): string;
  close(): Promise<void>;
}

/** A recording of a node to a file. */
export interface Recording {
  /** Writes what waits and closes the file. */
  end(): Promise<void>;
}

/** Watches one node from before its start until after its stop. */
export interface Observer {
  /** Rejects with `ERR_PORT_IN_USE` or `ERR_INSPECTOR`. */
  openPage(options: InspectorOptions): Promise<InspectorPage>;
  /** Rejects with `ERR_RECORDING`. */
  startRecording(options: RecordingOptions): Promise<Recording>;
  stop(): void;
}

/** Loads what makes observers: a node whose program wants none does not load it. */
export type LoadObserver = () => Promise<(view: NodeView) => Observer>;
