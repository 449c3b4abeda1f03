/** What came of pings. */
export interface PingSummary {
  readonly sent: number;
  readonly lost: number;
  /** Null when no answer came. */
  readonly minMs: number | null;
  readonly medianMs: number | null;
  readonly maxMs: number | null;
}

/** @param times Of the answers, in ms. */
export function summarize(sent: number, times: readonly number[]): PingSummary {
  const sorted = times.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return {
    sent,
    lost: sent - times.length,
    minMs: sorted[0] ?? null,
    medianMs: low === undefined || high === undefined ? null : (low + high) / 2,
    maxMs: sorted.at(-1) ?? null,
  };
}

const ms = (value: number | null): string => (value === null ? '-' : `${value.toFixed(value < 10 ? 2 : 0)} ms`);

/** A line for people. */
export function describeSummary({ sent, lost, minMs, medianMs, maxMs }: PingSummary): string {
  const loss = sent === 0 ? 0 : Math.round((lost / sent) * 100);
  return `${sent} sent, ${lost} lost (${loss} %), round trip ${ms(minMs)} at least, ${ms(medianMs)} median, ${ms(maxMs)} at most`;
}

export const describePing = (no: number, roundTripMs: number, address: string, via: string): string =>
  `${no}  ${ms(roundTripMs)}  ${address} over ${via}`;
