import type { Clock } from '../../environment.ts';
import { limits } from '../../limits.ts';
import { startPoll } from '../../util/poll.ts';

/**
 * Calls back when the signature changed, or the machine woke from a sleep, and `looked` at every look; returns the
 * function that ends this.
 */
export function watchNetwork(
  clock: Clock,
  signature: () => string,
  changed: () => void,
  looked: () => void = () => undefined,
): () => void {
  let known = signature();
  const { stop } = startPoll({
    clock,
    everyMs: limits.discovery.interfacesEveryMs,
    sleepMs: limits.link.downMs,
    poll(slept) {
      const current = signature();
      if (slept || current !== known) changed();
      known = current;
      looked();
    },
  });
  return stop;
}
