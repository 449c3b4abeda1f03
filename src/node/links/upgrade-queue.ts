import type { Clock, Random } from '../../environment.ts';
import { limits } from '../../limits.ts';

/** The upgrades of one node, a few at a time: bringing up WebRTC takes processor time, which dials need more. */
export interface UpgradeQueue {
  /** Calls `begin` when it is its turn, never at once. The returned function gives the turn, or the place in the queue, back. */
  wait(begin: () => void): () => void;
  /** A connection opened: where one does, others may follow. */
  opened(): void;
  readonly waiting: number;
  readonly underWay: number;
}

export interface UpgradeQueueDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** True while this node dials. */
  readonly dialing: () => boolean;
}

/**
 * Nothing begins while the event loop is late, which is told by this queue's own timer, nor while the node is still
 * connecting to others, though not for ever. After a late look the next one is later, by chance, so that the nodes of
 * one process do not all begin at the moment when it has time again.
 */
export function createUpgradeQueue({ clock, random, dialing }: UpgradeQueueDeps): UpgradeQueue {
  const { atOnce, lookEveryMs, lateMs, quietMs, patienceMs, lateLookMs } = limits.upgrade;
  const queue: { readonly begin: () => void; readonly since: number }[] = [];
  let underWay = 0;
  let openedAt = Number.NEGATIVE_INFINITY;
  let timer: unknown;

  function arm(ms: number): void {
    if (timer !== undefined || queue.length === 0) return;
    const due = clock.monotonic() + ms;
    timer = clock.setTimeout(() => {
      timer = undefined;
      look(clock.monotonic() - due);
    }, ms);
  }

  function look(late: number): void {
    const [next] = queue;
    if (!next) return;
    const now = clock.monotonic();
    const others = (dialing() || now - openedAt < quietMs) && now - next.since < patienceMs;
    if (late >= lateMs) {
      arm(lookEveryMs + random() * lateLookMs);
      return;
    }
    if (!others && underWay < atOnce) {
      queue.shift();
      underWay += 1;
      arm(lookEveryMs);
      next.begin();
      return;
    }
    arm(lookEveryMs);
  }

  return {
    wait(begin) {
      let state: 'waiting' | 'underWay' | 'over' = 'waiting';
      const entry = {
        since: clock.monotonic(),
        begin() {
          state = 'underWay';
          begin();
        },
      };
      queue.push(entry);
      arm(lookEveryMs);
      return () => {
        if (state === 'waiting') queue.splice(queue.indexOf(entry), 1);
        if (state === 'underWay') underWay -= 1;
        state = 'over';
        if (queue.length === 0) {
          clock.clearTimeout(timer);
          timer = undefined;
        }
      };
    },
    opened() {
      openedAt = clock.monotonic();
    },
    get waiting() {
      return queue.length;
    },
    get underWay() {
      return underWay;
    },
  };
}
