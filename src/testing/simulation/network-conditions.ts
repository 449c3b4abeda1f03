import type { NetworkConditions, Traffic } from '../memory-network.ts';
import type { SeededRandom } from './seeded-random.ts';

/** Something wrong with the network, until it is removed. */
export interface NetworkFault {
  /** Traffic that does not pass. */
  readonly blocks?: (kind: Traffic, from: string, to: string) => boolean;
  /** Probability that a datagram or segment is lost. */
  readonly loss?: number;
}

/** The network conditions of a simulation: the sum of its network faults. */
export interface SimulatedConditions extends NetworkConditions {
  /** Returns what removes the fault. */
  add(fault: NetworkFault): () => void;
  /** Since when nothing at all passes that way; undefined while something does. */
  blockedSince(from: string, to: string): number | undefined;
  /** True if there was no network fault from five seconds before that moment until now. */
  faultlessSince(at: number): boolean;
  /** Removes all faults. */
  clear(): void;
  readonly lossy: boolean;
  /** Something was lost at some time: it may hold a link up for long after. */
  readonly wasLossy: boolean;
}

/** What a loss costs: the time-out of SCTP (werift's does not grow), and that of TCP, which doubles with each. */
const timeout = { link: { ms: 1_000, factor: 1 }, signalling: { ms: 200, factor: 2 } } as const;
const maxLateMs = 30_000;

export function createSimulatedConditions(
  addresses: readonly string[],
  random: SeededRandom,
  now: () => number,
): SimulatedConditions {
  const faults = new Set<NetworkFault>();
  let wasLossy = false;
  let lastRemovedAt = Number.NEGATIVE_INFINITY;
  const blockedPaths = new Map<string, number>();
  const key = (from: string, to: string): string => `${from} ${to}`;
  const isBlocked = (kind: Traffic, from: string, to: string): boolean =>
    [...faults].some(({ blocks }) => blocks?.(kind, from, to));
  const loss = (): number => Math.max(0, ...[...faults].map((fault) => fault.loss ?? 0));

  function updateBlockedPaths(): void {
    for (const from of addresses)
      for (const to of addresses) {
        const path = key(from, to);
        if (!isBlocked('link', from, to) || !isBlocked('signalling', from, to)) blockedPaths.delete(path);
        else if (!blockedPaths.has(path)) blockedPaths.set(path, now());
      }
  }

  return {
    add(fault) {
      faults.add(fault);
      wasLossy ||= (fault.loss ?? 0) > 0;
      updateBlockedPaths();
      return () => {
        faults.delete(fault);
        lastRemovedAt = now();
        updateBlockedPaths();
      };
    },
    blockedSince: (from, to) => blockedPaths.get(key(from, to)),
    faultlessSince: (at) => faults.size === 0 && lastRemovedAt < at - 5_000,
    clear() {
      lastRemovedAt = now();
      faults.clear();
      updateBlockedPaths();
    },
    get lossy() {
      return loss() > 0;
    },
    get wasLossy() {
      return wasLossy;
    },
    passes: (kind, from, to) => !isBlocked(kind, from, to),
    lateMs(kind) {
      const probability = loss();
      if (probability === 0 || kind === 'mdns') return 0;
      const { ms, factor } = timeout[kind];
      let late = 0;
      for (let wait: number = ms; late < maxLateMs && random.bool(probability); wait *= factor) late += wait;
      return late;
    },
    copies() {
      const probability = loss();
      if (probability === 0) return [0];
      if (random.bool(probability)) return [];
      const first = random.integer(0, 30);
      return random.bool(probability) ? [first, first + random.integer(0, 50)] : [first];
    },
  };
}
