import { createQueue } from '../../util/queue.ts';
import { referenceBytes, wholeFrameBytes } from '../frame-bodies.ts';
import type { Job } from './out-message.ts';

/** Messages that wait for the link, and whose turn it is. */
export interface SendScheduler {
  push(job: Job): void;
  /** The next one, if it fits; undefined if nothing waits, or nothing that fits. No session message begins unless it may. */
  next(room: number, mayBegin: boolean): Job | undefined;
  /** Takes off all messages, or all volatile ones. */
  drain(which: 'all' | 'volatile'): Job[];
  readonly size: number;
}

/** Bytes of what goes over the link, as a frame. */
export const frameBytes = ({ isLarge, total }: Job): number => (isLarge ? referenceBytes : wholeFrameBytes(total));

/**
 * Session messages go one after another; calls and volatile messages pass them, and each other: each kind has its turn, so
 * that many of one do not hold the others up.
 *
 * @param maySend Asked before a message goes; if not, it is taken off.
 */
export function createSendScheduler(maySend: (job: Job) => boolean): SendScheduler {
  const [messages, calls, volatiles] = [createQueue<Job>(), createQueue<Job>(), createQueue<Job>()];
  const all = [messages, calls, volatiles];
  let turn = 0;

  return {
    push(job) {
      const queue = job.of === 'message' ? messages : job.of === 'volatile' ? volatiles : calls;
      queue.push(job);
    },
    next(room, mayBegin) {
      for (let tried = 0; tried < all.length; ) {
        const queue = all[turn % all.length];
        const job = queue?.at(0);
        if (!queue || !job || (queue === messages && !mayBegin)) {
          turn += 1;
          tried += 1;
          continue;
        }
        if (frameBytes(job) > room) return undefined;
        queue.shift();
        if (!maySend(job)) continue;
        turn += 1;
        return job;
      }
      return undefined;
    },
    drain: (which) => (which === 'all' ? all : [volatiles]).flatMap((queue) => queue.drain()),
    get size() {
      return all.reduce((sum, queue) => sum + queue.size, 0);
    },
  };
}
