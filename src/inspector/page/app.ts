import type { Reason } from '../../machines/connection/reasons.ts';
import type { Model, Shown } from '../model/model.ts';
import type { SortKey } from '../model/select.ts';
import type { Drawings } from './drawings.ts';
import type { Glossary } from './glossary.ts';
import type { Player } from './player.ts';

export const views = [
  'transitions',
  'signalling',
  'mesh',
  'node',
  'errors',
  'messages',
  'streams',
  'diagnosis',
] as const;
export type View = (typeof views)[number];

/** What the person at the page chose. */
export interface Ui {
  readonly view: View;
  /** The peer that everything is about, and the row that the keyboard is on. */
  readonly selected: string | null;
  readonly cursor: string | null;
  readonly sort: SortKey;
  readonly descending: boolean;
  readonly text: string;
  readonly state: Shown | null;
  readonly historyText: string;
  readonly historyReason: Reason | null;
  readonly historySelected: boolean;
  readonly historySteps: boolean;
  /** Numbers of the entries at which lists stand still while they are read; none: the latest is shown. */
  readonly held: Readonly<Record<string, number | undefined>>;
  readonly chartOf: 'peer' | 'node';
  readonly whole: boolean;
  readonly expanded: boolean;
  readonly follow: boolean;
  /** Null: as large as fits. */
  readonly zoom: number | null;
  /** Number of the message that is shown whole. */
  readonly message: number | null;
  readonly help: boolean;
}

export const firstUi: Ui = {
  view: 'transitions',
  selected: null,
  cursor: null,
  sort: 'name',
  descending: false,
  text: '',
  state: null,
  historyText: '',
  historyReason: null,
  historySelected: true,
  historySteps: false,
  held: {},
  chartOf: 'peer',
  whole: false,
  expanded: false,
  follow: true,
  zoom: null,
  message: null,
  help: false,
};

/** Where the trace events come from, and whether they do. */
export interface Source {
  readonly kind: 'connecting' | 'live' | 'recording' | 'lost';
  /** Failures in a row, and when the next try is. */
  readonly failures: number;
  readonly retryAt: number | null;
  /** Trace events that this page does not know. */
  readonly unknownFormat: string | null;
}

export interface App {
  readonly ui: Ui;
  readonly model: Model;
  readonly source: Source;
  /** Only for a recording that has come to its end. */
  readonly player: Player | null;
  readonly words: Glossary;
  readonly drawings: Drawings;
  /** Wall clock of what is shown. */
  now(): number;
  /** Asks the node what keeps it from its peers, or from that one; the answer comes as trace events. */
  diagnose(peer: string | null): void;
  set(patch: Partial<Ui>): void;
  redraw(): void;
}
