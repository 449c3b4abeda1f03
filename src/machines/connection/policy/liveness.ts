/** Times in milliseconds. */
export interface LivenessPolicy {
  /** A link that was heard within this time is busy. */
  readonly pingEveryMs: number;
  readonly busyPingMs: number;
  readonly suspectMs: number;
  readonly downMs: number;
  readonly checkEveryMs: number;
}

/** Monotonic times of one link. */
export interface Liveness {
  readonly heardAt: number;
  /** When the oldest ping that is unanswered was sent; null for none. */
  readonly unansweredSince: number | null;
  readonly pingedAt: number;
  readonly checkedAt: number;
}

export type LivenessVerdict = 'alive' | 'silent' | 'down';

export function beginLiveness(now: number): Liveness {
  return { heardAt: now, unansweredSince: null, pingedAt: now, checkedAt: now };
}

/**
 * Looks at a link, which happens every `checkEveryMs`. Silent after `suspectMs` without a frame, down after `downMs`;
 * a ping that went unanswered for `downMs` ends the link as well, so that a path that works one way only is noticed.
 * Time by which the check itself came late (a busy event loop, a machine that slept) counts against no peer.
 */
export function checkLiveness(
  policy: LivenessPolicy,
  before: Liveness,
  now: number,
): { readonly verdict: LivenessVerdict; readonly ping: boolean; readonly liveness: Liveness } {
  const late = Math.max(0, now - before.checkedAt - policy.checkEveryMs);
  const heardAt = Math.min(now, before.heardAt + late);
  const unansweredSince = before.unansweredSince === null ? null : Math.min(now, before.unansweredSince + late);
  const silence = now - heardAt;
  const unanswered = unansweredSince === null ? 0 : now - unansweredSince;
  const verdict =
    silence >= policy.downMs || unanswered >= policy.downMs ? 'down' : silence >= policy.suspectMs ? 'silent' : 'alive';
  // A silent link is probed at every look, a quiet one now and then; after a sleep at once. What comes in shows that the
  // other side lives, not that it hears us: that takes an answer, now and then.
  const every = silence < policy.pingEveryMs ? policy.busyPingMs : policy.pingEveryMs;
  const ping =
    verdict === 'silent' || late >= policy.suspectMs || (verdict === 'alive' && now - before.pingedAt >= every);
  return {
    verdict,
    ping,
    liveness: {
      heardAt,
      unansweredSince: ping && unansweredSince === null ? now : unansweredSince,
      pingedAt: ping ? now : before.pingedAt,
      checkedAt: now,
    },
  };
}
