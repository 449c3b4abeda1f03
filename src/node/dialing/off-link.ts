import type { Clock } from '../../environment.ts';
import { limits } from '../../limits.ts';
import { sleep } from '../../util/abort.ts';
import { type Endpoint, nameOf } from './endpoint.ts';

/**
 * Bounds of dials to addresses off the link, which announcements name. Any device on the link can announce any address:
 * what it can cause is a dial a second, to four addresses with a port that needs no privilege, and to others only ten
 * minutes later.
 */
export interface OffLink {
  /** Those that may be dialed now; each takes a place. */
  admit(endpoints: readonly Endpoint[]): readonly Endpoint[];
  /** Resolves with true when it is time for a dial, or with false: too many wait, or the signal was aborted. */
  turn(signal: AbortSignal): Promise<boolean>;
  /** A peer is there: its place is free, as it is a peer's address now. */
  reached(endpoint: Endpoint): void;
}

const { offLink, offLinkPerSource, leastPort, offLinkEveryMs, offLinkHoldMs } = limits.dial;

export function createOffLink(clock: Clock): OffLink {
  /** When each place was taken, and by whose word; the oldest first. */
  const places = new Map<string, { readonly at: number; readonly source: string | undefined }>();
  let dueAt = Number.NEGATIVE_INFINITY;

  /** A place is left for what another one says. */
  const hasShare = ({ source }: Endpoint): boolean =>
    source === undefined || [...places.values()].filter((one) => one.source === source).length < offLinkPerSource;

  function take(endpoint: Endpoint): boolean {
    const name = nameOf(endpoint);
    const now = clock.monotonic();
    if (endpoint.port < leastPort) return false;
    if (places.has(name)) return true;
    const [oldest] = places;
    if (oldest && places.size >= offLink && now - oldest[1].at >= offLinkHoldMs) places.delete(oldest[0]);
    if (places.size >= offLink || !hasShare(endpoint)) return false;
    places.set(name, { at: now, source: endpoint.source });
    return true;
  }

  return {
    admit: (endpoints) => endpoints.filter(take),
    turn(signal) {
      const now = clock.monotonic();
      const at = Math.max(now, dueAt);
      if (signal.aborted || at - now > offLink * offLinkEveryMs) return Promise.resolve(false);
      dueAt = at + offLinkEveryMs;
      return sleep(clock, at - now, signal).then(
        () => true,
        () => false,
      );
    },
    reached: (endpoint) => void places.delete(nameOf(endpoint)),
  };
}
