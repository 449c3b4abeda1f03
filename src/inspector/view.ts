import type { NodeStats, Notice, NoticeEvent } from '../api.ts';
import type { Clock } from '../environment.ts';
import type { LanpeerError } from '../errors.ts';
import type { NodeActorRef } from '../machines/node/machine.ts';
import type { Oracles } from '../node/connections/decision-inputs.ts';
import type { SignallingStep } from '../node/monitoring/trace.ts';
import type { NodeStreams } from '../streams/node-streams.ts';

/** A message that passed, for those who asked to see them. */
export interface Passing {
  readonly direction: 'in' | 'out';
  readonly peer: string;
  readonly type: string;
  readonly data: unknown;
}

/** What the inspector may look at; it changes nothing. */
export interface NodeView {
  readonly actor: NodeActorRef;
  readonly streams: NodeStreams;
  readonly oracles: Oracles;
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
  watchMessages(listener: (message: Passing) => void): () => void;
  report(error: LanpeerError): void;
}
