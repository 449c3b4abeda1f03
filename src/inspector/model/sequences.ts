import type { SignallingStep } from '../../api/diagnostics.ts';
import type { SessionChange } from '../../api/messages.ts';
import type { ConnectionChange } from '../../api/peers.ts';
import { type Bounded, bounded, push, trimMap } from './bounded.ts';
import { type Model, nextNo, type SequenceEntry } from './model.ts';

function sequenceOf(model: Model, id: string): Bounded<SequenceEntry> {
  const known = model.sequences.get(id);
  if (known) return known;
  const made = bounded<SequenceEntry>(model.limits.sequence);
  model.sequences.set(id, made);
  trimMap(model.sequences, model.limits.sequences);
  return made;
}

export const noteSignal = (model: Model, at: number, step: SignallingStep): void =>
  push(sequenceOf(model, step.peer ?? ''), { kind: 'signal', no: nextNo(model), at, step });

export const noteSession = (model: Model, at: number, change: SessionChange): void =>
  push(sequenceOf(model, change.id), { kind: 'session', no: nextNo(model), at, change });

export const noteChange = (model: Model, at: number, change: ConnectionChange): void =>
  push(sequenceOf(model, change.id), { kind: 'change', no: nextNo(model), at, change });
