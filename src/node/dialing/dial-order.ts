import { limits } from '../../limits.ts';
import type { Endpoint } from './endpoint.ts';

/** A dial that is to begin so long after the one before it. */
export interface PlannedDial {
  readonly endpoint: Endpoint;
  readonly round: number;
  readonly afterMs: number;
}

/**
 * Every address with a head start over the next (RFC 8305), then all of them again, beside the dials that have not been
 * answered: where datagrams are lost, a connection that is set up anew is often faster than the time-out of the old one.
 * Where it failed before, nothing is in a hurry: once is enough.
 */
export function planDials(endpoints: readonly Endpoint[]): readonly PlannedDial[] {
  const { staggerMs, againMs } = limits.dial;
  const hopeful = endpoints.filter(({ failing }) => !failing);
  return [0, ...againMs].flatMap((pauseMs, round) =>
    (round === 0 ? endpoints : hopeful).map((endpoint, at) => ({
      endpoint,
      round,
      afterMs: at > 0 ? staggerMs : pauseMs,
    })),
  );
}
