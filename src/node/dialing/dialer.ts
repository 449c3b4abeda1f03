import { fromCallback } from 'xstate';
import { limits } from '../../limits.ts';
import type { ConnectionEvent } from '../../machines/connection/events.ts';
import type { DialInput } from '../../machines/connection/input.ts';
import { DialLimiter } from './dial-limiter.ts';
import { PeerDial, type PeerDialDeps } from './peer-dial.ts';

export type DialerDeps = Omit<PeerDialDeps, 'limiter'>;

/**
 * The actor that dials a peer as a plan of dials says. The first session wins; `dial.failed` when every address has
 * failed once.
 */
export function createDialer(deps: DialerDeps) {
  const { atOnce: size, perSource, eager, nextMs, lateMs, idleMs, idleTimes, perTarget, unverified } = limits.dial;
  const limiter = new DialLimiter(
    { size, perSource, eager, lookEveryMs: nextMs, lateMs, idleMs, idleTimes, perTarget, targets: unverified },
    deps.clock,
  );
  return fromCallback<ConnectionEvent, DialInput>(({ input, sendBack }) => {
    const dial = new PeerDial({ ...deps, limiter }, input, sendBack);
    return () => dial.stop();
  });
}
