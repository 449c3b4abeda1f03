import { limits } from '../limits.ts';
import type { Endpoint } from './address-book.ts';

/** A dial that is to begin so long after the one before it. */
export interface PlannedDial {
  readonly endpoint: Endpoint;
  readonly round: number;
  readonly afterMs: number;
}

/**
 * Every address with a head start over the next (RFC 8305), then all of them again, beside the dials that have not been
 * answered: where datagrams are lost, a connection that is set up anew is often faster than the time-out of the old one.
 */
export function planDials(endpoints: readonly Endpoint[]): readonly PlannedDial[] {
  const { staggerMs, againMs } = limits.dial;
  return [0, ...againMs].flatMap((pauseMs, round) =>
    endpoints.map((endpoint, at) => ({ endpoint, round, afterMs: at > 0 ? staggerMs : pauseMs })),
  );
}
