import { describe, expect, test } from 'vitest';
import { withVictim } from './support/attack-setup.ts';
import { startOrdinaryPeer } from './support/ordinary-peer.ts';
import { expectCounted, expectHeld } from './support/promises.ts';

describe('identities that are made to be thrown away', () => {
  test('63 that leave give their places to a newcomer', () =>
    withVictim({}, async ({ attack, victim }) => {
      const seen = await attack('takePlaces', { count: 63, stay: false }, { timeMs: 30_000 });
      expect(seen.outcomes.filter((outcome) => outcome === 'open').length).toBeGreaterThanOrEqual(60);
      expect([seen.unanswered, seen.lost]).toEqual([0, 0]);
      const begun = Date.now();
      let connectedMs = Number.NaN;
      const newcomer = await startOrdinaryPeer(victim.target, {
        connected() {
          connectedMs = Date.now() - begun;
        },
      });
      process.stdout.write(`attack: a newcomer was connected ${connectedMs} ms after its start\n`);
      // Its upgrade may wait for the dials of those that left (`limits.upgrade.patienceMs`).
      expect(connectedMs).toBeLessThan(8_000);
      await newcomer.end();
    }));

  test('63 that stay hold theirs: a newcomer is told so, which is counted', () =>
    withVictim({}, async ({ attack, victim }) => {
      const seen = await attack(
        'takePlaces',
        { count: 63, stay: true },
        {
          timeMs: 45_000,
          async beside(attacker) {
            await attacker.waitFor('all places', ({ event }) => event === 'holds', { timeMs: 30_000 });
            await expect(startOrdinaryPeer(victim.target)).rejects.toThrow(/The limit of peers is reached/);
          },
        },
      );
      // Their connections may outlive them, as those of any peer do; what they hold may not grow.
      expectHeld({ ...seen, recoveredMs: 0 }, { many: true });
      expectCounted(seen, 'ERR_PEER_LIMIT');
    }));
});
