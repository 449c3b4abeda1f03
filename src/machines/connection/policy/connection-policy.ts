import { limits } from '../../../limits.ts';
import type { BackoffPolicy } from './backoff.ts';

/** Times in milliseconds. */
export interface ConnectionPolicy {
  /** A dial, from the first address that is tried. */
  readonly dialMs: number;
  /** A link that nothing but a slow process can delay: one over a session, or the offer that has to come. */
  readonly connectMs: number;
  /** A WebRTC link of the offerer is given up after so long, for one of a new generation. */
  readonly stallMs: number;
  /** A link ended and its session lives: time for the link over that session. */
  readonly fallbackMs: number;
  /** Links over one session after another that may end before one is stable, until the connection has failed. */
  readonly maxFailedLinks: number;
  /** While the link goes over another transport, the preferred one is tried again by this back-off. */
  readonly upgrade: BackoffPolicy;
  readonly linksPerAttempt: number;
  readonly headStartMs: readonly [number, number];
  readonly identityConflictMs: number;
  /** Time for a link in doubt to answer before its peer is dialed, and before the doubt is dropped. */
  readonly probeMs: number;
  readonly verifyMs: number;
  readonly goneMs: number;
  readonly redialMs: number;
  /** After so many redials in vain: not every `redialMs` any more, but every `redialSlowMs`. */
  readonly redials: number;
  readonly redialSlowMs: number;
  readonly againMs: number;
  readonly stableMs: number;
  readonly resumeMs: number;
  /** Longest back-off meanwhile, as a share of the time since the link was lost. */
  readonly resumeShare: number;
  readonly giveUpMs: number;
  /** A device that announced itself so lately is still heard: it is not given up, but tried this often, more or less. */
  readonly heardMs: number;
  readonly heardRetryMs: number;
  /** New incarnations without a stable link after which the peer counts as crashing in a loop. */
  readonly crashes: number;
  /** Attempts after which it gives up whatever the time. A node sets no limit: programs that run the machine may. */
  readonly maxAttempts: number;
  readonly hintEveryMs: number;
  /** `resumeCapMs`: the least cap while the message session of a lost link may still be resumed. */
  readonly backoff: BackoffPolicy & { readonly resumeCapMs: number };
}

/** The times and counts of limits.ts, as a connection machine takes them. */
export const defaultConnectionPolicy: ConnectionPolicy = {
  dialMs: limits.connect.dialMs,
  connectMs: limits.connect.timeoutMs,
  stallMs: limits.connect.stallMs,
  fallbackMs: limits.connect.fallbackMs,
  maxFailedLinks: limits.connect.maxFailedLinks,
  upgrade: limits.upgrade,
  linksPerAttempt: limits.connect.linksPerAttempt,
  headStartMs: limits.connect.headStartMs,
  identityConflictMs: limits.connect.identityConflictMs,
  probeMs: limits.connect.probeMs,
  verifyMs: limits.connect.verifyMs,
  goneMs: limits.connect.goneMs,
  redialMs: limits.connect.redialMs,
  redials: limits.connect.redials,
  redialSlowMs: limits.connect.redialSlowMs,
  againMs: limits.connect.againMs,
  stableMs: limits.backoff.stableMs,
  resumeMs: limits.backoff.resumeMs,
  resumeShare: limits.backoff.resumeShare,
  giveUpMs: limits.backoff.giveUpMs,
  heardMs: limits.discovery.silentMs,
  heardRetryMs: limits.backoff.heardRetryMs,
  crashes: limits.backoff.crashes,
  maxAttempts: Number.POSITIVE_INFINITY,
  hintEveryMs: limits.backoff.hintEveryMs,
  backoff: limits.backoff,
};
