import type { Clock } from '../environment.ts';
import { BoundedMap } from './bounded-map.ts';

/** `burst` at once after a pause, and `perSecond` in a second from then on. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

export interface TokenBucket {
  /** Tokens that are there now, a part of one too. Below zero after a {@link take} of more than there were. */
  readonly tokens: number;
  /** Time until there is a whole token, ms; 0 if there is one. */
  readonly waitMs: number;
  /** Takes a token if there is a whole one; false if not. */
  tryTake(): boolean;
  /** Takes so many, whether they are there or not; default 1. */
  take(count?: number): void;
  /** Puts so many back, up to the burst; default 1. */
  give(count?: number): void;
}

/** A token bucket, full at first. */
export function createTokenBucket({ perSecond, burst }: Rate, clock: Pick<Clock, 'monotonic'>): TokenBucket {
  let tokens = burst;
  /** Read at the first use: the clock may be a program's, and what it does wrong is told to subscribers. */
  let at: number | undefined;

  function refill(): number {
    const now = clock.monotonic();
    tokens = Math.min(burst, tokens + ((now - (at ?? now)) / 1_000) * perSecond);
    at = now;
    return tokens;
  }

  return {
    get tokens() {
      return refill();
    },
    get waitMs() {
      return Math.max(0, Math.ceil(((1 - refill()) / perSecond) * 1_000));
    },
    tryTake() {
      if (refill() < 1) return false;
      tokens -= 1;
      return true;
    },
    take(count = 1) {
      tokens = refill() - count;
    },
    give(count = 1) {
      tokens = Math.min(burst, refill() + count);
    },
  };
}

/** Token buckets by name, all of one rate. */
export interface TokenBuckets {
  /** True if there is a whole token. */
  has(name: string): boolean;
  take(name: string): void;
  /** Puts one token back. */
  give(name: string): void;
}

/** @param max Buckets that are kept; over that the one that was used longest ago is forgotten, which is the fullest. */
export function createTokenBuckets(rate: Rate, max: number, clock: Pick<Clock, 'monotonic'>): TokenBuckets {
  const buckets = new BoundedMap<string, TokenBucket>(max);

  function use(name: string): TokenBucket {
    const bucket = buckets.get(name) ?? createTokenBucket(rate, clock);
    buckets.set(name, bucket);
    return bucket;
  }

  return {
    has: (name) => (buckets.get(name)?.tokens ?? rate.burst) >= 1,
    take: (name) => use(name).take(),
    give: (name) => use(name).give(),
  };
}
