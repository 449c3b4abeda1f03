import { describe, expect, test } from 'vitest';
import { withVictim } from './support/attack-setup.ts';
import { startOrdinaryPeer } from './support/ordinary-peer.ts';
import { expectHeld } from './support/promises.ts';

describe('unauthenticated attackers without the network key', () => {
  test('400 slow TLS sockets keep no newcomer out and hold little', () =>
    withVictim({}, async ({ attack, victim }) => {
      const seen = await attack(
        'openSlowSockets',
        { count: 400, ms: 8_000 },
        {
          timeMs: 30_000,
          async beside(attacker) {
            await attacker.waitFor('its sockets', ({ event }) => event === 'holds', { timeMs: 20_000 });
            const newcomer = await startOrdinaryPeer(victim.target);
            await newcomer.end();
          },
        },
      );
      expectHeld(seen, { many: true });
    }));

  test('identities without the key are refused, and hold nothing afterwards', () =>
    withVictim({}, async ({ attack }) => {
      const seen = await attack('connectWithoutKey', { count: 60 });
      expectHeld(seen, { many: true });
      expect(seen.outcomes.filter((outcome) => outcome === 'ERR_NETWORK_KEY').length).toBe(60);
      expect(seen.refused['ERR_NETWORK_KEY'] ?? 0).toBeGreaterThanOrEqual(60);
    }));
});
