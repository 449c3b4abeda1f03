import { expect } from 'vitest';
import { limits } from '../../../src/limits.ts';
import type { Seen } from './attack-setup.ts';

/**
 * What docs/security.md promises of every attack. Times are processor time of the victim's main thread or have room for a
 * machine of two slow cores: the promise is 50 ms for the loop, as a median beside an idle run.
 */
const promised = {
  grewMb: 200,
  /** Twice the promise: what holds a fast machine for 50 ms holds a slow one for longer. */
  heldMs: 100,
  /** Of many inputs, one behind the other: the collector of their garbage runs as well. */
  heldByManyMs: 500,
  echoMs: 2_000,
  recoveredMs: 10_000,
} as const;

const { bytes, sharedBytes, unfinishedBytes } = limits.messages;

/** MB that the pools over all peers may hold with the default for the largest message. */
export const pools = {
  waitingMb: (sharedBytes + 2 * bytes) / 1_048_576,
  unfinishedMb: (unfinishedBytes + 2 * bytes) / 1_048_576,
} as const;

export interface Allowed {
  /** MB that pools over all peers may hold besides. */
  readonly poolsMb?: number;
  /** Many inputs, or more than 16 MiB in one: every other peer is served, and the loop may be held for longer. */
  readonly many?: true;
}

/** Memory, service and recovery. */
export function expectHeld(seen: Seen, { poolsMb = 0, many }: Allowed = {}): void {
  const heldMs = many ? promised.heldByManyMs : promised.heldMs;
  expect.soft(seen.grewMb, 'MB by which the victim grew').toBeLessThanOrEqual(promised.grewMb + poolsMb);
  expect.soft(seen.heldMs - seen.heldIdleMs, 'ms for which its event loop was held').toBeLessThanOrEqual(heldMs);
  expect.soft(seen.echoMs, 'ms that the ordinary peer waited for an answer').toBeLessThanOrEqual(promised.echoMs);
  expect.soft([seen.unanswered, seen.lost], 'requests unanswered, links lost').toEqual([0, 0]);
  expect.soft(seen.recoveredMs, 'ms until nothing of the attacker was left').toBeLessThanOrEqual(promised.recoveredMs);
}

/** The middle one of the times for which the loop was held by the same input, again and again. */
export function medianHeldMs(seen: readonly Seen[]): number {
  const times = seen.map((one) => one.heldMs - one.heldIdleMs).sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)] ?? Number.POSITIVE_INFINITY;
}

/** That many refusals of that code were counted at least. */
export function expectCounted(seen: Seen, code: string, least = 1): void {
  expect.soft(seen.refused[code] ?? 0, `${code} in stats().refused`).toBeGreaterThanOrEqual(least);
}
