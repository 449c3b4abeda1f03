import type { Clock } from '../../environment.ts';

/** So many at once, and so many a second from then on. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** Token buckets by name. */
export interface Buckets {
  has(name: string): boolean;
  take(name: string): void;
  /** Takes back one {@link take}. */
  give(name: string): void;
}

const none: Rate = { burst: Number.POSITIVE_INFINITY, perSecond: 0 };

/** @param most Buckets that are kept: over that the one that was used least lately goes, which is the fullest. */
export function createBuckets(
  { burst, perSecond }: Rate = none,
  most: number,
  clock: Pick<Clock, 'monotonic'>,
): Buckets {
  const buckets = new Map<string, { readonly tokens: number; readonly at: number }>();

  function tokensOf(name: string): number {
    const bucket = buckets.get(name);
    if (!bucket) return burst;
    return Math.min(burst, bucket.tokens + ((clock.monotonic() - bucket.at) / 1_000) * perSecond);
  }

  function add(name: string, by: number): void {
    const tokens = Math.min(burst, tokensOf(name) + by);
    buckets.delete(name);
    buckets.set(name, { tokens, at: clock.monotonic() });
    const [oldest] = buckets.keys();
    if (oldest !== undefined && buckets.size > most) buckets.delete(oldest);
  }

  return {
    has: (name) => tokensOf(name) >= 1,
    take: (name) => add(name, -1),
    give: (name) => add(name, 1),
  };
}
