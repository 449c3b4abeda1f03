import type { Clock } from '../../environment.ts';
import { limits } from '../../limits.ts';
import { BoundedMap } from '../../util/bounded-map.ts';
import { createTokenBucket, type TokenBucket } from '../../util/token-bucket.ts';

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

/** What a source has, by its standing when it was heard last. */
interface SourceBucket {
  readonly standing: Standing;
  readonly bucket: TokenBucket;
}

/**
 * Token buckets, in units of what a small packet costs: for each source one, and one for all of the same standing. Source
 * addresses may be forged, by the thousand, so unknown ones share nothing with this machine and with peers.
 * Addresses of this machine have no bucket of their own, because many nodes on one host are honest. Over the cap on sources
 * the one that was quiet for longest is forgotten: its bucket is the fullest anyway.
 */
export function createPacketRate(clock: Clock, standingOf: (source: string) => Standing): PacketRate {
  const make = (perSecond: number): TokenBucket =>
    createTokenBucket({ perSecond, burst: perSecond * burstSeconds }, clock);
  const all: Readonly<Record<Standing, TokenBucket>> = {
    own: make(packetsPerSecondOwn),
    proven: make(packetsPerSecondProven),
    other: make(packetsPerSecond),
  };
  const bySource = new BoundedMap<string, SourceBucket>(rateSources);

  function bucketOf(source: string, standing: Standing): TokenBucket | undefined {
    if (standing === 'own') return undefined;
    const known = bySource.get(source);
    const bucket =
      known?.standing === standing
        ? known.bucket
        : make(standing === 'proven' ? packetsPerSecondPerProven : packetsPerSecondPerSource);
    bySource.set(source, { standing, bucket });
    return bucket;
  }

  return {
    admit(source) {
      const standing = standingOf(source);
      const buckets = new Set([bucketOf(source, standing) ?? all[standing], all[standing]]);
      if (![...buckets].every(({ tokens }) => tokens >= 1)) return false;
      for (const bucket of buckets) bucket.take();
      return true;
    },
    charge(source, units) {
      all[standingOf(source)].take(units);
      bySource.get(source)?.bucket.take(units);
    },
  };
}
