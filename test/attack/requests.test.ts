import { describe, expect, test } from 'vitest';
import { withVictim } from './support/attack-setup.ts';
import { expectCounted, expectHeld } from './support/promises.ts';

describe('requests and answers', () => {
  test('when requests have no responder and their answers are never acknowledged, ends the link', () =>
    withVictim({}, async ({ attack }) => {
      const seen = await attack('floodRequests', { via: 'tls', ms: 4_000 });
      expectHeld(seen, { many: true });
      expectCounted(seen, 'ERR_PROTOCOL');
      expect(seen.errors.length + seen.lines).toBeLessThan(1_000);
    }));

  test('when answers come without a request, counts them, or ends the link', () =>
    withVictim({}, async ({ attack }) => {
      const seen = await attack('floodAnswers', { via: 'tls', ms: 3_000 });
      expectHeld(seen, { many: true });
      expect(Object.values(seen.refused).reduce((a = 0, b = 0) => a + b, 0)).toBeGreaterThan(0);
    }));

  test('a member that reads no answers', () =>
    withVictim({}, async ({ attack }) => {
      const seen = await attack('neverRead', { via: 'tls', ms: 3_000 });
      expectHeld(seen, { many: true });
    }));

  test('the same over WebRTC', () =>
    withVictim({}, async ({ attack }) => {
      const seen = await attack('floodRequests', { via: 'webrtc', ms: 4_000 });
      expectHeld(seen, { many: true });
      expectCounted(seen, 'ERR_PROTOCOL');
    }));
});
