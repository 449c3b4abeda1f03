import type { Clock } from '../../environment.ts';
import { limits } from '../../limits.ts';

const {
  packetsPerSecond,
  packetsPerSecondPerSource,
  packetsPerSecondPerProven,
  packetsPerSecondProven,
  packetsPerSecondOwn,
  burstSeconds,
  rateSources,
} = limits.discovery;

/** `own`: an address of this machine. `proven`: a peer was proven there. */
export type Standing = 'own' | 'proven' | 'other';

export interface PacketRate {
  /** Whether one more packet of that source may be read now; it costs a unit. */
  admit(source: string): boolean;
  /** It turned out to cost so many units. */
  charge(source: string, units: number): void;
}

interface Bucket {
  readonly perSecond: number;
  tokens: number;
  at: number;
}

/**
 * Token buckets, in units of what a small packet costs: for each source one, and one for all of the same standing. Source
 * addresses may be forged, by the thousand, so those that nobody knows share nothing with this machine and with peers.
 * Addresses of this machine have no bucket of their own, because many nodes on one host are honest. Over the cap on sources
 * the one that was quiet for longest is forgotten: its bucket is the fullest anyway.
 */
export function createPacketRate(clock: Clock, standingOf: (source: string) => Standing): PacketRate {
  const make = (perSecond: number): Bucket => ({
    perSecond,
    tokens: perSecond * burstSeconds,
    at: clock.monotonic(),
  });
  const all: Readonly<Record<Standing, Bucket>> = {
    own: make(packetsPerSecondOwn),
    proven: make(packetsPerSecondProven),
    other: make(packetsPerSecond),
  };
  const each = new Map<string, Bucket>();

  function bucketOf(source: string, standing: Standing): Bucket | undefined {
    if (standing === 'own') return undefined;
    const perSecond = standing === 'proven' ? packetsPerSecondPerProven : packetsPerSecondPerSource;
    const known = each.get(source);
    const bucket = known?.perSecond === perSecond ? known : make(perSecond);
    each.delete(source);
    each.set(source, bucket);
    const [oldest] = each.keys();
    if (oldest !== undefined && each.size > rateSources) each.delete(oldest);
    return bucket;
  }

  function hasToken(bucket: Bucket): boolean {
    const now = clock.monotonic();
    const { perSecond } = bucket;
    bucket.tokens = Math.min(perSecond * burstSeconds, bucket.tokens + ((now - bucket.at) / 1_000) * perSecond);
    bucket.at = now;
    return bucket.tokens >= 1;
  }

  return {
    admit(source) {
      const standing = standingOf(source);
      const buckets = [bucketOf(source, standing) ?? all[standing], all[standing]];
      if (!buckets.every(hasToken)) return false;
      for (const bucket of new Set(buckets)) bucket.tokens -= 1;
      return true;
    },
    charge(source, units) {
      const standing = standingOf(source);
      all[standing].tokens -= units;
      const bucket = each.get(source);
      if (bucket) bucket.tokens -= units;
    },
  };
}
