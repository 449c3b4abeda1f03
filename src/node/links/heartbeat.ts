import type { Clock } from '../../environment.ts';
import { limits } from '../../limits.ts';
import { beginLiveness, checkLiveness, type LivenessVerdict } from '../../machines/connection/policy/liveness.ts';

/** Watches one open link by {@link checkLiveness}: sends pings and says when it falls silent, is heard again, is down. */
export interface Heartbeat {
  start(): void;
  /** Something came over the link. */
  hear(): void;
  pong(no: number): void;
  /** Pings now; `heard` is called at the answer. What was on its way before proves nothing. */
  probe(): void;
  /** True from `silent` to the next `heard`. */
  readonly silent: boolean;
  /** False while a probe waits for its answer. */
  readonly answered: boolean;
  stop(): void;
}

export interface HeartbeatOptions {
  readonly clock: Clock;
  ping(no: number): void;
  silent(): void;
  /** The first sign of life after `silent`, or the answer to a probe. */
  heard(): void;
  down(): void;
  /** The time until the answer to a ping came, ms. */
  measured(ms: number): void;
}

/**
 * The looks of all links of a process fall on the same moments: what an idle link costs is above all that the event loop
 * wakes up for it. A timer may come a little early, which must not make two looks of one.
 */
function untilNextLook(now: number): number {
  const { checkEveryMs } = limits.link;
  const ms = checkEveryMs - (now % checkEveryMs);
  return Math.ceil(ms < checkEveryMs / 8 ? ms + checkEveryMs : ms);
}

export function createHeartbeat({ clock, ping, silent, heard, down, measured }: HeartbeatOptions): Heartbeat {
  let liveness = beginLiveness(clock.monotonic());
  let verdict: LivenessVerdict = 'alive';
  let fellSilent = false;
  let probed: number | undefined;
  let pings = 0;
  let sentAt: number | undefined;
  let timer: unknown;

  function sendPing(): void {
    pings += 1;
    sentAt = clock.monotonic();
    ping(pings);
  }

  function look(): void {
    const was = verdict;
    const now = clock.monotonic();
    const found = checkLiveness(limits.link, liveness, now);
    ({ liveness, verdict } = found);
    if (verdict === 'down') {
      down();
      return;
    }
    timer = clock.setTimeout(look, untilNextLook(now));
    if (found.ping) sendPing();
    if (verdict === 'silent' && was !== 'silent') {
      fellSilent = true;
      silent();
    }
  }

  return {
    start() {
      const now = clock.monotonic();
      liveness = beginLiveness(now);
      // For the round-trip time; what is unanswered is counted from the first look on.
      sendPing();
      timer = clock.setTimeout(look, untilNextLook(now));
    },
    hear() {
      liveness = { ...liveness, heardAt: clock.monotonic() };
      if (!fellSilent) return;
      fellSilent = false;
      verdict = 'alive';
      heard();
    },
    pong(no) {
      if (no === pings && sentAt !== undefined) {
        measured(clock.monotonic() - sentAt);
        // Once, however often it is answered.
        sentAt = undefined;
      }
      // A late one answers the pings up to its own; the last that was sent may still be on its way.
      liveness = { ...liveness, unansweredSince: no >= pings ? null : liveness.pingedAt };
      if (probed === undefined || no < probed) return;
      probed = undefined;
      heard();
    },
    probe() {
      sendPing();
      probed = pings;
    },
    get silent() {
      return fellSilent;
    },
    get answered() {
      return probed === undefined;
    },
    stop: () => clock.clearTimeout(timer),
  };
}
