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
  /** Lifts everything. */
  clear(): void;
  readonly lossy: boolean;
}

/** On a link loss costs SCTP's time-out, on a session TCP's; either doubles with each loss of the same thing. */
const timeoutMs = { link: 1_000, session: 200, mdns: 0 } as const;

export function createSky(addresses: readonly string[], chance: Seeded, now: () => number): Sky {
  const troubles = new Set<Trouble>();
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
      look();
      return () => {
        troubles.delete(trouble);
        look();
      };
    },
    silentSince: (from, to) => silent.get(key(from, to)),
    clear() {
      troubles.clear();
      look();
    },
    get lossy() {
      return loss() > 0;
    },
    passes: (kind, from, to) => !stopped(kind, from, to),
    lateMs(kind) {
      const probability = loss();
      let late = 0;
      for (let wait = timeoutMs[kind]; probability > 0 && wait < 30_000 && chance.chance(probability); wait *= 2)
        late += wait;
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
