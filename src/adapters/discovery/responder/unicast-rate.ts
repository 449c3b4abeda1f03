import type { Clock } from '../../../environment.ts';
import { limits } from '../../../limits.ts';

const { unicastPerSecondPerSource, unicastPerSecond, unicastSources } = limits.discovery;
const secondMs = 1_000;

/**
 * Whether a source may get one more unicast answer: the address may be forged, and the answer is longer than the question.
 * No second, wherever it begins, has more than the cap. A source is forgotten only when it has nothing against it; while
 * too many do, others get no answer.
 */
export function createUnicastRate(clock: Clock): (source: string) => boolean {
  const bySource = new Map<string, number[]>();
  let all: readonly number[] = [];
  return (source) => {
    const now = clock.monotonic();
    const fresh = (at: number): boolean => now - at < secondMs;
    all = all.filter(fresh);
    if (all.length >= unicastPerSecond) return false;
    const times = (bySource.get(source) ?? []).filter(fresh);
    if (times.length >= unicastPerSecondPerSource) return false;
    // The source whose last answer is the oldest comes first.
    const [oldest] = bySource;
    if (!bySource.has(source) && oldest && bySource.size >= unicastSources) {
      if (oldest[1].some(fresh)) return false;
      bySource.delete(oldest[0]);
    }
    bySource.delete(source);
    bySource.set(source, [...times, now]);
    all = [...all, now];
    return true;
  };
}
