import type { Diagnosis } from '../../api/diagnosis.ts';
import type { LanpeerErrorCode } from '../../errors.ts';

interface Step {
  readonly t: 'diagnosis';
  readonly at: number;
}

/** What keeps the node from its peers is looked for, was found, or could not be looked for. */
export type DiagnosisEvent = Step &
  (
    | { readonly step: 'begun' }
    | { readonly step: 'done'; readonly diagnosis: Diagnosis }
    | { readonly step: 'failed'; readonly code: LanpeerErrorCode; readonly message: string }
  );

/** The last diagnosis that was asked for in an inspector. */
export interface DiagnosisView {
  /** Wall clock, ms, since when one is under way; null: none is. */
  begunAt: number | null;
  last: Diagnosis | null;
  /** Why there is none newer than {@link last}. */
  failure: { readonly code: LanpeerErrorCode; readonly message: string } | null;
}

export const createDiagnosisView = (): DiagnosisView => ({ begunAt: null, last: null, failure: null });

export function takeDiagnosis(view: DiagnosisView, event: DiagnosisEvent): void {
  view.begunAt = event.step === 'begun' ? event.at : null;
  if (event.step === 'done') view.last = event.diagnosis;
  if (event.step !== 'begun')
    view.failure = event.step === 'failed' ? { code: event.code, message: event.message } : null;
}
