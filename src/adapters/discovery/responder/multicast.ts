import type { Clock } from '../../../environment.ts';
import { limits } from '../../../limits.ts';
import type { OwnRecord } from './records.ts';

/** Answers on their way to the group of one interface. */
export interface Multicast {
  /** These are to be heard, after so many ms or as soon as they may; the earliest wish counts for all. */
  schedule(records: Iterable<OwnRecord>, delayMs: number): void;
  /** Duplicate answer suppression: another responder sent the same to the group (RFC 6762 section 7.4). */
  suppress(record: OwnRecord): void;
  /** Whether caches that hear the group have it for more than three quarters of its life (RFC 6762 section 5.4). */
  isRecent(record: OwnRecord): boolean;
  stop(): void;
}

const { answerEveryMs } = limits.discovery;

/**
 * No packet follows another within a second, so no record does (RFC 6762 section 6), and what is asked for meanwhile goes
 * together in the next. What waits is part of what this node has to say, so it needs no cap.
 * @param send Sends as many as one packet takes; returns those that are now known to all hosts, the others go next.
 */
export function createMulticast(
  clock: Clock,
  send: (records: ReadonlySet<OwnRecord>) => Iterable<OwnRecord>,
): Multicast {
  const waiting = new Set<OwnRecord>();
  const sentAt = new Map<OwnRecord, number>();
  let last = Number.NEGATIVE_INFINITY;
  let due = Number.POSITIVE_INFINITY;
  let timer: unknown;

  function disarm(): void {
    clock.clearTimeout(timer);
    due = Number.POSITIVE_INFINITY;
  }

  function arm(at: number): void {
    const now = clock.monotonic();
    const soonest = Math.max(at, last + answerEveryMs);
    if (soonest >= due) return;
    disarm();
    if (soonest <= now) {
      fire();
      return;
    }
    due = soonest;
    // Timers may be early by the fraction of a millisecond that they round away.
    timer = clock.setTimeout(fire, Math.ceil(soonest - now));
  }

  function fire(): void {
    due = Number.POSITIVE_INFINITY;
    const now = clock.monotonic();
    if (waiting.size === 0) return;
    if (now < last + answerEveryMs) {
      arm(now);
      return;
    }
    last = now;
    for (const record of send(waiting)) {
      waiting.delete(record);
      sentAt.set(record, now);
    }
    if (waiting.size > 0) arm(now);
  }

  return {
    schedule(records, delayMs) {
      for (const record of records) waiting.add(record);
      if (waiting.size > 0) arm(clock.monotonic() + delayMs);
    },
    suppress(record) {
      waiting.delete(record);
    },
    isRecent: (record) => clock.monotonic() - (sentAt.get(record) ?? Number.NEGATIVE_INFINITY) < record.ttl * 250,
    stop() {
      waiting.clear();
      disarm();
    },
  };
}
