import type { Clock } from '../../environment.ts';
import { limits } from '../../limits.ts';

const { packetsPerSecond, packetsPerSecondPerSource, burstSeconds, rateSources } = limits.discovery;

interface Bucket {
  tokens: number;
  at: number;
}

function take(bucket: Bucket, perSecond: number, now: number): boolean {
  bucket.tokens = Math.min(perSecond * burstSeconds, bucket.tokens + ((now - bucket.at) / 1_000) * perSecond);
  bucket.at = now;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

/**
 * Token buckets for packets: one for all, one for each source. Exempt sources, addresses of this machine above all, have
 * no bucket of their own, because many nodes on one host are honest. Over the cap on sources the one that was quiet for
 * longest is forgotten: its bucket is the fullest anyway.
 */
export function createPacketRate(clock: Clock, isExempt: (source: string) => boolean): (source: string) => boolean {
  const all: Bucket = { tokens: packetsPerSecond * burstSeconds, at: clock.monotonic() };
  const each = new Map<string, Bucket>();
  return (source) => {
    const now = clock.monotonic();
    if (isExempt(source)) return take(all, packetsPerSecond, now);
    const bucket = each.get(source) ?? { tokens: packetsPerSecondPerSource * burstSeconds, at: now };
    each.delete(source);
    each.set(source, bucket);
    const [oldest] = each.keys();
    if (oldest !== undefined && each.size > rateSources) each.delete(oldest);
    return take(bucket, packetsPerSecondPerSource, now) && take(all, packetsPerSecond, now);
  };
}
