import { expect, test } from 'vitest';
import { limits } from '../../../../../src/limits.ts';
import type { LinkFact } from '../../../../../src/machines/connection/context.ts';
import { canFallBack } from '../../../../../src/machines/connection/policy/replacement.ts';
import { isHintDue, retryDelay } from '../../../../../src/machines/connection/policy/retry.ts';
import { incarnations } from '../../../../../src/testing/model/connection-samples.ts';
import { contextWith } from '../../../../support/connection-context.ts';

test('when links over one session ended as often as they may, takes no more of them', () => {
  const incarnation = incarnations.first;
  const link: LinkFact = { no: 1, generation: 7, signalling: 's1', incarnation, via: 'tls' };
  const context = contextWith({ transports: ['webrtc', 'tls'], link });
  const signalling = [{ key: 's1', incarnation }] as unknown as typeof context.signalling;
  const after = (failedLinks: number): boolean =>
    canFallBack({ ...context, signalling, fallback: { ...context.fallback, failedLinks } }, false);
  const { maxFailedLinks } = limits.connect;
  expect([after(0), after(maxFailedLinks - 1), after(maxFailedLinks)]).toEqual([true, true, false]);
});

test('when a device says something new again and again, counts it only so often', () => {
  const { hintEveryMs } = limits.backoff;
  const isDue = (ms: number): boolean =>
    isHintDue(contextWith({ retry: { hintAt: 1_000 } }, { monotonic: 1_000 + ms }));
  expect([isDue(0), isDue(hintEveryMs - 1), isDue(hintEveryMs)]).toEqual([false, false, true]);
});

test('when the session of a peer that is heard is over, tries the peer less often', () => {
  const { resumeMs, heardRetryMs, capMs } = limits.backoff;
  const delay = (ms: number): number => {
    const now = 1_000 + ms;
    const facts = {
      reason: 'unreachable',
      peer: { announcedAt: now },
      uptime: { lostAt: 1_000 },
      retry: { attempt: 20, failingSince: 1_000 },
    } as const;
    return retryDelay(contextWith(facts, { monotonic: now, random: 0.5 }));
  };
  expect([delay(resumeMs - 1), delay(resumeMs)]).toEqual([capMs / 2, heardRetryMs]);
});
