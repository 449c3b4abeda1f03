import type { Clock } from '../../environment.ts';
import { limits } from '../../limits.ts';

const { faultEveryMs, faultKinds } = limits.discovery;

/** Faults that were told lately. */
export interface FaultLimit {
  /** True if that text about that interface is due: it was not told within the last minute, whatever else was meanwhile. */
  isDue(about: string, text: string): boolean;
  /** That interface is wanted no longer. */
  forget(about: string): void;
}

/** Of one interface so many texts are remembered; while as many are fresh, others are not told. */
export function createFaultLimit(clock: Pick<Clock, 'monotonic'>): FaultLimit {
  const told = new Map<string, Map<string, number>>();
  return {
    isDue(about, text) {
      const now = clock.monotonic();
      const fresh = [...(told.get(about) ?? [])].filter(([, at]) => now - at < faultEveryMs);
      const texts = new Map(fresh);
      told.set(about, texts);
      if (texts.has(text) || texts.size >= faultKinds) return false;
      texts.set(text, now);
      return true;
    },
    forget: (about) => void told.delete(about),
  };
}
