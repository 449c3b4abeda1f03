import type { Check, CheckId, CheckStatus } from '../api/diagnosis.ts';

/** A check before it is told: how much hangs on it as well. */
export interface Finding extends Check {
  /** Where it does not know, nothing can be said of the whole. */
  readonly essential?: boolean;
}

/** As it is told. */
export const checkOf = ({ id, status, summary, evidence, next }: Finding): Check => ({
  id,
  status,
  summary,
  evidence,
  ...(next !== undefined && { next }),
});

/** Makes findings of one check. */
export const findingsOf =
  (id: CheckId) =>
  (status: CheckStatus, summary: string, more: Partial<Omit<Finding, 'id' | 'status' | 'summary'>> = {}): Finding => ({
    id,
    status,
    summary,
    evidence: [],
    ...more,
  });
