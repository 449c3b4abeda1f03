import type { Clock } from '../../../environment.ts';
import { limits } from '../../../limits.ts';

const { unicastPerSecondPerSource, unicastPerSecond } = limits.discovery;
const secondMs = 1_000;

/**
 * Whether a source may get one more unicast answer: the address may be forged, and the answer is longer than the question.
 * No second, wherever it begins, has more than the caps for one source and for all.
 */
export function createUnicastRate(clock: Clock): (source: string) => boolean {
  let given: readonly { readonly source: string; readonly at: number }[] = [];
  return (source) => {
    const now = clock.monotonic();
    given = given.filter(({ at }) => now - at < secondMs);
    if (given.length >= unicastPerSecond) return false;
    if (given.filter((one) => one.source === source).length >= unicastPerSecondPerSource) return false;
    given = [...given, { source, at: now }];
    return true;
  };
}
