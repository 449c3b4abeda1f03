import { describe, expect, test } from 'vitest';
import { startHonest } from './support/honest.ts';
import { expectHeld } from './support/promises.ts';
import { withScene } from './support/scene.ts';

describe('unauthenticated attackers without the network key', () => {
  test('400 slow TLS sockets keep no newcomer out and hold little', () =>
    withScene({}, async ({ attack, victim }) => {
      const seen = await attack(
        'openSlowSockets',
        { count: 400, ms: 8_000 },
        {
          timeMs: 30_000,
          async beside(attacker) {
            await attacker.waitFor('its sockets', ({ event }) => event === 'holds', { timeMs: 20_000 });
            const newcomer = await startHonest(victim.target);
            await newcomer.end();
          },
        },
      );
      expectHeld(seen, { many: true });
    }));

  test('identities without the key are refused, and hold nothing afterwards', () =>
    withScene({}, async ({ attack }) => {
      const seen = await attack('knockWithoutKey', { count: 60 });
      expectHeld(seen, { many: true });
      expect(seen.outcomes.filter((outcome) => outcome === 'ERR_NETWORK_KEY').length).toBe(60);
      expect(seen.refused['ERR_NETWORK_KEY'] ?? 0).toBeGreaterThanOrEqual(60);
    }));
});
