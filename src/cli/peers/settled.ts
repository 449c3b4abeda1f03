import { merge } from 'rxjs';
import type { LanpeerNode } from '../../api/node.ts';
import type { Clock } from '../../environment.ts';
import { LanpeerError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { onAbort } from '../../util/abort.ts';
import { startTimeLimit } from '../../util/time-limit.ts';

/**
 * Resolves when nothing new was heard, and no connection was opened or given up, for a while; after `waitMs` at the latest.
 * Rejects with `ERR_ABORTED`.
 */
export function settled(node: LanpeerNode, clock: Clock, waitMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let quiet: unknown;
    const end = (): void => {
      clock.clearTimeout(quiet);
      endLimit();
      off();
      events.unsubscribe();
    };
    const done = (): void => {
      end();
      resolve();
    };
    const endLimit = startTimeLimit(clock, waitMs, done);
    const off = onAbort(signal, () => {
      end();
      reject(new LanpeerError('ERR_ABORTED'));
    });
    const wait = (): void => {
      clock.clearTimeout(quiet);
      quiet = clock.setTimeout(done, limits.cli.quietMs);
    };
    const events = merge(node.deviceEvents$, node.connections$).subscribe(wait);
    wait();
  });
}
