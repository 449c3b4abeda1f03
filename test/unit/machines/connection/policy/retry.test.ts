import { describe, expect, it } from 'vitest';
import { limits } from '../../../../../src/limits.ts';
import { defaultConnectionPolicy } from '../../../../../src/machines/connection/policy/connection-policy.ts';
import {
  acceptsRetryHint,
  isCrashLooping,
  retryDelay,
  shouldGiveUp,
} from '../../../../../src/machines/connection/policy/retry.ts';
import { contextWith, type Facts } from '../../../../support/connection-context.ts';

describe('defaultConnectionPolicy', () => {
  it('has the times of limits.ts', () => {
    expect(defaultConnectionPolicy).toMatchObject({
      connectMs: 15_000,
      stallMs: 3_000,
      linksPerAttempt: 6,
      headStartMs: [400, 800],
      identityConflictMs: 2_000,
      goneMs: 300,
      backoff: { baseMs: 250, capMs: 30_000, resumeCapMs: 1_000 },
    });
  });
});

describe('retryDelay', () => {
  const random = 0.5;

  it('is the back-off of the attempt', () => {
    expect(retryDelay(contextWith({ reason: 'unreachable', retry: { attempt: 3 } }, { random }))).toBe(500);
    expect(retryDelay(contextWith({ reason: 'unreachable', retry: { attempt: 20 } }, { random }))).toBe(15_000);
  });

  it('has a cap that grows with the outage for 5 minutes after a link was up, and no longer', () => {
    const lost = { reason: 'unreachable', retry: { attempt: 20 }, uptime: { lostAt: 1_000 } } as const;
    const afterOutage = (ms: number): number => retryDelay(contextWith(lost, { random, monotonic: 1_000 + ms }));
    expect([0, 8_000, 16_000, 80_000].map(afterOutage)).toEqual([500, 500, 1_000, 5_000]);
    const { resumeMs } = limits.backoff;
    expect([afterOutage(resumeMs - 1), afterOutage(resumeMs)]).toEqual([15_000, 15_000]);
    const early = { ...lost, retry: { attempt: 2 } };
    expect(retryDelay(contextWith(early, { random, monotonic: 200_000 }))).toBe(250);
  });

  it('is about a minute for a device that is heard, once the back-off has grown to its cap and a minute is over', () => {
    const heard = { attempt: 8, failingSince: 0 };
    const monotonic = 1_000 + limits.discovery.silentMs - 1;
    const delay = (retry: Partial<typeof heard>, at = monotonic, chance = random, other: Facts = {}): number => {
      const facts: Facts = { reason: 'unreachable', peer: { announcedAt: 1_000 }, ...other };
      return retryDelay(contextWith({ ...facts, retry: { ...heard, ...retry } }, { random: chance, monotonic: at }));
    };
    expect([delay({}, monotonic, 0), delay({}), delay({}, monotonic, 0.999_999)]).toEqual([45_000, 60_000, 75_000]);
    expect(delay({ attempt: 7 })).toBe(8_000);
    expect(delay({ failingSince: monotonic - limits.backoff.heardRetryMs })).toBe(60_000);
    expect(delay({ failingSince: monotonic - limits.backoff.heardRetryMs + 1 })).toBe(15_000);
    expect(delay({}, monotonic + 1)).toBe(15_000);
    expect(delay({}, monotonic, random, { peer: { announcedAt: null } })).toBe(15_000);
    // What waits to be resumed is tried more often.
    expect(delay({}, monotonic, random, { uptime: { lostAt: monotonic - 80_000 } })).toBe(5_000);
  });

  it('is nothing after news that came while the attempt was under way', () => {
    expect(retryDelay(contextWith({ reason: 'denied', retry: { attempt: 20, news: 'fresh' } }, { random }))).toBe(0);
    expect(retryDelay(contextWith({ reason: 'denied', retry: { attempt: 20, news: 'back' } }, { random }))).toBe(0);
  });

  it('is not resumed quickly by a run that a newer copy has superseded', () => {
    const lost = { reason: 'superseded', retry: { attempt: 20 }, uptime: { lostAt: 1_000 } } as const;
    expect(retryDelay(contextWith(lost, { random, monotonic: 1_000 }))).toBe(15_000);
  });

  it('is nothing when another run of the peer has proven itself', () => {
    expect(retryDelay(contextWith({ reason: 'restarted', retry: { attempt: 20 } }, { random }))).toBe(0);
    expect(retryDelay(contextWith({ reason: 'contested', retry: { attempt: 20 } }, { random }))).toBe(0);
  });
});

describe('shouldGiveUp', () => {
  it('does so after ten minutes of failing, not before', () => {
    const failing = { retry: { failingSince: 5_000, attempt: 100 } };
    const last = 5_000 + limits.backoff.giveUpMs - 1;
    expect(shouldGiveUp(contextWith(failing, { monotonic: last }))).toBe(false);
    expect(shouldGiveUp(contextWith(failing, { monotonic: last + 1 }))).toBe(true);
    expect(shouldGiveUp(contextWith({ ...failing, peer: { announcedAt: last } }, { monotonic: last + 1 }))).toBe(false);
  });

  it('does not count time in which it did not fail', () => {
    expect(
      shouldGiveUp(contextWith({ retry: { failingSince: null } }, { monotonic: limits.backoff.giveUpMs * 2 })),
    ).toBe(false);
  });

  it('keeps to the number of attempts, where one is set', () => {
    const policy = { ...defaultConnectionPolicy, maxAttempts: 3 };
    expect(shouldGiveUp(contextWith({ policy, retry: { attempt: 2 } }))).toBe(false);
    expect(shouldGiveUp(contextWith({ policy, retry: { attempt: 3 } }))).toBe(true);
  });
});

describe('acceptsRetryHint', () => {
  it('takes no sign of life that says what was known, unless the device was silent before', () => {
    expect(acceptsRetryHint(contextWith({ reason: 'silent' }), { fresh: false })).toBe(false);
    expect(acceptsRetryHint(contextWith({ reason: 'silent' }), { fresh: false, back: true })).toBe(true);
  });

  it('takes any where nothing more is tried', () => {
    const gaveUp = { state: 'failed', peer: { restarts: 9 } } as const;
    expect(acceptsRetryHint(contextWith(gaveUp), { fresh: false })).toBe(true);
    expect(acceptsRetryHint(contextWith({ ...gaveUp, retry: { next: 1 } }), { fresh: false })).toBe(false);
  });

  it('takes news at any time', () => {
    expect(
      acceptsRetryHint(contextWith({ reason: 'silent', retry: { hintAt: 100 } }, { monotonic: 101 }), { fresh: true }),
    ).toBe(true);
  });

  it('when a peer was refused, lets it wait unless something changed', () => {
    expect(acceptsRetryHint(contextWith({ reason: 'denied' }), { fresh: false })).toBe(false);
    expect(acceptsRetryHint(contextWith({ reason: 'denied' }), { fresh: true })).toBe(true);
  });
});

describe('a peer that crashes in a loop', () => {
  const policy = { ...defaultConnectionPolicy, crashes: 3 };

  it('is one with so many new incarnations and no stable link', () => {
    expect([2, 3].map((restarts) => isCrashLooping(contextWith({ policy, peer: { restarts } })))).toEqual([
      false,
      true,
    ]);
  });

  it('waits, though a proven new incarnation is news otherwise, and though a session could be resumed', () => {
    const failed = { policy, reason: 'restarted', retry: { attempt: 6 }, uptime: { lostAt: 0 } } as const;
    const fate = { random: 0.999 };
    expect(retryDelay(contextWith({ ...failed, peer: { restarts: 2 } }, fate))).toBe(0);
    expect(retryDelay(contextWith({ ...failed, peer: { restarts: 3 } }, fate))).toBeGreaterThan(
      policy.backoff.resumeCapMs,
    );
  });

  it('is hurried by a change of the network only', () => {
    const context = contextWith({ policy, peer: { restarts: 3 } });
    expect(acceptsRetryHint(context, { fresh: true })).toBe(false);
    expect(acceptsRetryHint(context, { fresh: true, network: true })).toBe(true);
  });
});
