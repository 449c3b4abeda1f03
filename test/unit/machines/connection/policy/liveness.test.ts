import { describe, expect, it } from 'vitest';
import {
  beginLiveness,
  checkLiveness,
  type Liveness,
  type LivenessVerdict,
} from '../../../../../src/machines/connection/policy/liveness.ts';

const policy = { pingEveryMs: 2_000, busyPingMs: 4_000, suspectMs: 5_000, downMs: 8_000, checkEveryMs: 500 };
const every = policy.checkEveryMs;

interface Look {
  readonly at: number;
  readonly verdict: LivenessVerdict;
  readonly ping: boolean;
}

/** What a channel tells of a frame: anything is life, only the answer settles the ping. */
const hear = (liveness: Liveness, at: number): Liveness => ({ ...liveness, heardAt: at });
const pong = (liveness: Liveness, at: number): Liveness => ({ ...liveness, heardAt: at, unansweredSince: null });

/** Looks at the link at each of those times; `between` may change what is known just before a look. */
function watch(times: readonly number[], between = (liveness: Liveness, _at: number): Liveness => liveness): Look[] {
  let liveness = beginLiveness(0);
  return times.map((at) => {
    const seen = checkLiveness(policy, between(liveness, at), at);
    liveness = seen.liveness;
    return { at, verdict: seen.verdict, ping: seen.ping };
  });
}

const onTime = (until: number): number[] => Array.from({ length: until / every }, (_, index) => (index + 1) * every);
const firstWith = (looks: readonly Look[], verdict: LivenessVerdict): number | undefined =>
  looks.find((look) => look.verdict === verdict)?.at;

describe('checkLiveness', () => {
  it('finds a cut link silent after 5 s and down after 8 s', () => {
    const looks = watch(onTime(9_000));
    expect(firstWith(looks, 'silent')).toBe(policy.suspectMs);
    expect(firstWith(looks, 'down')).toBe(policy.downMs);
  });

  it('pings a quiet link every 2 s and a silent one at every look', () => {
    const pings = watch(onTime(7_500)).flatMap(({ at, ping }) => (ping ? [at] : []));
    expect(pings).toEqual([2_000, 4_000, 5_000, 5_500, 6_000, 6_500, 7_000, 7_500]);
  });

  it('keeps a link whose pings are answered', () => {
    const looks = watch(onTime(60_000), (liveness, at) =>
      liveness.unansweredSince === null ? liveness : pong(liveness, at),
    );
    expect(looks.every(({ verdict }) => verdict === 'alive')).toBe(true);
    expect(looks.filter(({ ping }) => ping)).toHaveLength(24);
  });

  it('ends a link that hears but is not heard: a ping stays unanswered for 8 s', () => {
    const looks = watch(onTime(12_000), hear);
    expect(firstWith(looks, 'silent')).toBeUndefined();
    expect(firstWith(looks, 'down')).toBe(policy.busyPingMs + policy.downMs);
  });

  it('takes up again after the answer to a probe', () => {
    const looks = watch(onTime(10_000), (liveness, at) => (at === 6_000 ? pong(liveness, at) : liveness));
    expect(looks.find(({ at }) => at === 5_500)?.verdict).toBe('silent');
    expect(looks.find(({ at }) => at === 6_000)?.verdict).toBe('alive');
    expect(looks.find(({ at }) => at === 10_000)?.verdict).toBe('alive');
  });

  it('gives no verdict after a sleep, but probes at once and then counts anew', () => {
    const slept = 3_600_000;
    const looks = watch([...onTime(1_000), slept, ...onTime(8_000).map((ms) => slept + ms)]);
    expect(looks.find(({ at }) => at === slept)).toEqual({ at: slept, verdict: 'alive', ping: true });
    // It had been quiet for 1.5 s of its waking time.
    expect(firstWith(looks, 'silent')).toBe(slept + 3_500);
    expect(firstWith(looks, 'down')).toBe(slept + 6_500);
  });

  it('does not count a ping that was on its way during a sleep as unanswered for so long', () => {
    const slept = 100_000;
    const looks = watch([...onTime(2_000), slept, slept + every], (liveness, at) =>
      at > slept ? hear(liveness, at) : liveness,
    );
    expect(looks.map(({ verdict }) => verdict)).not.toContain('down');
  });

  it('stretches its limits by what a busy event loop makes each look late', () => {
    const looks = watch(Array.from({ length: 12 }, (_, index) => (index + 1) * 2 * every));
    expect(firstWith(looks, 'silent')).toBe(2 * policy.suspectMs);
    expect(firstWith(looks, 'down')).toBeUndefined();
  });

  it('never moves what was heard into the future', () => {
    const { liveness } = checkLiveness(policy, { ...beginLiveness(0), heardAt: 90_000 }, 90_100);
    expect(liveness.heardAt).toBeLessThanOrEqual(90_100);
  });
});
