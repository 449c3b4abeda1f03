import { describe, expect, test } from 'vitest';
import { withVictim } from './support/attack-setup.ts';
import { startOrdinaryPeer } from './support/ordinary-peer.ts';
import { expectHeld } from './support/promises.ts';

describe('strangers by mDNS', () => {
  test('packets of pointers to pointers cost little, from 20 sources below the rate of each', () =>
    withVictim({ args: [] }, async ({ attack }) => {
      const ms = 5_000;
      const seen = await attack('sendChains', { sources: 20, perSecond: 40, ms });
      expectHeld(seen);
      const packets = Number(seen.outcomes[0]);
      expect(packets).toBeGreaterThan(100);
      // On a busy machine: time of its own for each packet, not a share of the processor.
      const each = (seen.processorMs - (seen.processorIdleMs * ms) / 1_000) / packets;
      process.stdout.write(`attack: ${packets} packets at ${each.toFixed(2)} ms of processor time each\n`);
      expect(each).toBeLessThan(1);
    }));

  test('devices that do not exist keep no newcomer out', () =>
    withVictim({ args: [] }, async ({ attack, victim }) => {
      let tookMs = Number.POSITIVE_INFINITY;
      const seen = await attack(
        'forgeDevices',
        { sources: 8, ms: 12_000 },
        {
          timeMs: 30_000,
          async beside(attacker) {
            await attacker.waitFor('all places', ({ event }) => event === 'forged');
            const begun = Date.now();
            const connected = (): void => {
              tookMs = Date.now() - begun;
            };
            const newcomer = await startOrdinaryPeer(victim.target, { byMdns: true, connected });
            await newcomer.end();
          },
        },
      );
      process.stdout.write(`attack: a newcomer was connected ${tookMs} ms after its start\n`);
      expect(seen.lost).toBe(0);
      // The promise is 2 s on top of the start of its process, which takes seconds of a slow machine.
      expect(tookMs).toBeLessThan(8_000);
    }));
});
