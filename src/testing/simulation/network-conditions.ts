import type { Traffic, Weather } from '../memory-network.ts';
import type { Seeded } from './seeded.ts';

/** Something wrong with the network, until it is lifted. */
export interface Trouble {
  /** Traffic that it stops. */
  readonly stops?: (kind: Traffic, from: string, to: string) => boolean;
  /** Probability that a datagram or segment is lost. */
  readonly loss?: number;
}

/** The weather of a simulation: the sum of its troubles. */
export interface Sky extends Weather {
  bring(trouble: Trouble): () => void;
  /** Since when nothing at all passes that way; undefined while something does. */
  silentSince(from: string, to: string): number | undefined;
  /** True if nothing was wrong from some time before that moment until now. */
  calmSince(at: number): boolean;
  /** Lifts everything. */
  clear(): void;
  readonly lossy: boolean;
  /** Something was lost at some time: it may hold a link up for long after. */
  readonly wasLossy: boolean;
}

/** What a loss costs: the time-out of SCTP (werift's does not grow), and that of TCP, which doubles with each. */
const timeout = { link: { ms: 1_000, factor: 1 }, session: { ms: 200, factor: 2 } } as const;
const mostMs = 30_000;

export function createSky(addresses: readonly string[], chance: Seeded, now: () => number): Sky {
  const troubles = new Set<Trouble>();
  let wasLossy = false;
  let lifted = Number.NEGATIVE_INFINITY;
  const silent = new Map<string, number>();
  const key = (from: string, to: string): string => `${from} ${to}`;
  const stopped = (kind: Traffic, from: string, to: string): boolean =>
    [...troubles].some(({ stops }) => stops?.(kind, from, to));
  const loss = (): number => Math.max(0, ...[...troubles].map((trouble) => trouble.loss ?? 0));

  function look(): void {
    for (const from of addresses)
      for (const to of addresses) {
        const mute = stopped('link', from, to) && stopped('session', from, to);
        if (!mute) silent.delete(key(from, to));
        else if (!silent.has(key(from, to))) silent.set(key(from, to), now());
      }
  }

  return {
    bring(trouble) {
      troubles.add(trouble);
      wasLossy ||= (trouble.loss ?? 0) > 0;
      look();
      return () => {
        troubles.delete(trouble);
        lifted = now();
        look();
      };
    },
    silentSince: (from, to) => silent.get(key(from, to)),
    calmSince: (at) => troubles.size === 0 && lifted < at - 5_000,
    clear() {
      lifted = now();
      troubles.clear();
      look();
    },
    get lossy() {
      return loss() > 0;
    },
    get wasLossy() {
      return wasLossy;
    },
    passes: (kind, from, to) => !stopped(kind, from, to),
    lateMs(kind) {
      const probability = loss();
      if (probability === 0 || kind === 'mdns') return 0;
      const { ms, factor } = timeout[kind];
      let late = 0;
      for (let wait: number = ms; late < mostMs && chance.chance(probability); wait *= factor) late += wait;
      return late;
    },
    copies() {
      const probability = loss();
      if (probability === 0) return [0];
      if (chance.chance(probability)) return [];
      const first = chance.between(0, 30);
      return chance.chance(probability) ? [first, first + chance.between(0, 50)] : [first];
    },
  };
}
