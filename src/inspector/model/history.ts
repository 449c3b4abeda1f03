import type { Reason } from '../../machines/connection/reasons.ts';
import { peerIdOf } from './actors.ts';
import type { ChangeEntry, Model, StepEntry } from './model.ts';

export type HistoryEntry = ChangeEntry | StepEntry;

export interface HistoryQuery {
  /** Id of a peer, or null for all of them and the node. */
  readonly peer: string | null;
  readonly reason: Reason | null;
  /** Part of a name, id, code, event or state. */
  readonly text: string;
  /** Every transition of the machines, not just the changes that programs see. */
  readonly steps: boolean;
  /** Leaves out what has a higher number: a list that is being read stands still. */
  readonly until: number;
}

export const peerOfEntry = (entry: HistoryEntry): string | null =>
  entry.kind === 'change' ? entry.change.id : entry.kind === 'step' ? peerIdOf(entry.step.actor) : null;

function textOf(model: Model, entry: HistoryEntry): string {
  if (entry.kind === 'gap') return '';
  const id = peerOfEntry(entry);
  const name = id === null ? 'node' : `${model.names.get(id) ?? ''} ${id}`;
  if (entry.kind === 'change') {
    const { state, previous, reason, code, via } = entry.change;
    return `${name} ${previous} ${state} ${reason} ${code} ${via}`.toLowerCase();
  }
  const { event, taken } = entry.step;
  return `${name} ${event.type} ${taken.map(({ from, to, label }) => `${from} ${to} ${label}`).join(' ')}`.toLowerCase();
}

const reasonOf = (entry: HistoryEntry): Reason | undefined =>
  entry.kind === 'change' ? entry.change.reason : entry.kind === 'step' ? entry.step.about?.reason : undefined;

function fits(model: Model, entry: HistoryEntry, { peer, reason, text, until }: HistoryQuery): boolean {
  if (entry.no > until) return false;
  // A gap concerns every peer.
  if (entry.kind === 'gap') return true;
  if (peer !== null && peerOfEntry(entry) !== peer) return false;
  if (reason !== null && reasonOf(entry) !== reason) return false;
  return text === '' || textOf(model, entry).includes(text);
}

/** Transitions, the latest first. */
export function listHistory(model: Model, query: HistoryQuery): HistoryEntry[] {
  const asked = { ...query, text: query.text.trim().toLowerCase() };
  const changes = model.changes.items;
  const steps = query.steps ? model.steps.items : [];
  const found: HistoryEntry[] = [];
  let change = changes.length - 1;
  let step = steps.length - 1;
  while (change >= 0 || step >= 0) {
    const takesChange = (changes[change]?.no ?? -1) > (steps[step]?.no ?? -1);
    const entry = takesChange ? changes[change--] : steps[step--];
    if (entry && fits(model, entry, asked)) found.push(entry);
  }
  return found;
}
