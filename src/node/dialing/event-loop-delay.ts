import type { Clock } from '../../environment.ts';
import { limits } from '../../limits.ts';
import { onAbort } from '../../util/abort.ts';

/** Looks in a row that have to be on time. */
const looks = 3;

/**
 * Resolves when this process was on time for {@link looks} looks, or after `limits.dial.patienceMs`; at once where the
 * signal is aborted.
 */
export function untilOnTime(clock: Clock, signal: AbortSignal): Promise<void> {
  const { lookEveryMs, lateMs, patienceMs } = limits.dial;
  const end = clock.monotonic() + patienceMs;
  return new Promise((resolve) => {
    let timer: unknown;
    let onTime = 0;

    function finish(): void {
      clock.clearTimeout(timer);
      off();
      resolve();
    }

    function look(): void {
      const due = clock.monotonic() + lookEveryMs;
      timer = clock.setTimeout(() => {
        const now = clock.monotonic();
        onTime = now - due > lateMs ? 0 : onTime + 1;
        if (onTime === looks || now >= end) finish();
        else look();
      }, lookEveryMs);
    }

    const off = onAbort(signal, finish);
    if (signal.aborted) finish();
    else look();
  });
}
